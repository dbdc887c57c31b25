// A picture, a video or a file to be sent: taken up at once, sent with the answer.
import { csrf } from "../shell.js";
import { frameOf } from "./frame.js";
import { say } from "./say.js";

export class Attachment {
  constructor(form, friend, complain, changed) {
    this.token = null;
    this.sticker = null; // package:id
    this.coming = null; // what is on its way
    this.box = form.querySelector("#attachments");
    this.friend = friend;
    this.complain = complain;
    this.changed = changed; // another answer, then
    const field = form.querySelector("#file");
    form.querySelector("#open-file").addEventListener("click", () => field.click());
    field.addEventListener("change", () => { this.take(field.files[0]); field.value = ""; });
    form.addEventListener("paste", (event) => this.given(event, event.clipboardData.files));
    form.addEventListener("drop", (event) => this.given(event, event.dataTransfer.files));
    form.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.toggle("is-dropping", event.dataTransfer.types.includes("Files"));
    });
    for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("is-dropping"));
  }

  get isEmpty() { return !this.token && !this.sticker; }
  get isComing() { return this.coming !== null; }

  given(event, files) {
    if (!files.length) return;
    event.preventDefault();
    this.take(files[0]);
    if (files.length > 1) this.complain(say("oneFile"));
  }

  /** A sticker in place of a picture. */
  stick({ packageId, stickerId }) {
    this.clear();
    this.sticker = `${packageId}:${stickerId}`;
    this.show([picture(`/console/talk/stickers/${stickerId}`, say("sticker", stickerId))]);
  }

  async take(file) {
    if (!file) return;
    this.clear();
    const coming = (this.coming = new XMLHttpRequest());
    const told = document.createElement("span");
    const say_ = (share) => (told.textContent = say("uploading", Math.floor(share * 100)));
    say_(0);
    this.show([told], say("stop"));
    const frame = file.type.startsWith("video/") ? await frameOf(file) : null;
    if (this.coming !== coming) return;
    const body = new FormData();
    if (frame) body.append("frame", frame, "frame.jpg"); // before what it is of
    body.append("file", file);
    const answer = await posted(coming, `/console/talk/upload/${this.friend}`, body, say_);
    if (this.coming !== coming) return; // given up, or another one
    this.clear();
    if (answer.problem) return this.complain(answer.problem);
    this.token = answer.token;
    this.show(shown(answer, file, frame));
  }

  show(parts, words = say("remove")) {
    const line = document.createElement("div");
    line.className = "attachment";
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", words);
    remove.title = words;
    remove.addEventListener("click", () => this.clear());
    line.append(...parts, remove);
    this.box.replaceChildren(line);
  }

  clear() {
    const { coming } = this;
    this.token = this.sticker = this.coming = null;
    coming?.abort();
    this.changed();
    for (const each of this.box.querySelectorAll("img")) URL.revokeObjectURL(each.src);
    this.box.replaceChildren();
  }
}

function picture(address, words) {
  const image = document.createElement("img");
  image.src = address;
  image.alt = words;
  return image;
}

/** What was taken up, as it will be sent. */
function shown({ kind, name, size, note }, file, frame) {
  if (kind === "image") return [picture(URL.createObjectURL(file), name)];
  const words = document.createElement("span");
  const title = document.createElement("b");
  title.textContent = name;
  const about = document.createElement("small");
  about.textContent = [size, note].filter(Boolean).join(" · ");
  words.append(title, about);
  return kind === "video" && frame ? [picture(URL.createObjectURL(frame), ""), words] : [words];
}

function posted(request, address, body, progress) {
  return new Promise((resolve) => {
    const lost = () => resolve({ problem: say("lostUpload") });
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      try { resolve(JSON.parse(request.responseText)); } catch { lost(); }
    });
    request.addEventListener("error", lost);
    request.addEventListener("abort", lost);
    request.open("POST", address);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRF-Token", csrf());
    request.send(body);
  });
}
