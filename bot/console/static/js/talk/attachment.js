// A picture to be sent: taken up at once, sent with the answer.
import { csrf } from "../shell.js";
import { say } from "./say.js";

export class Attachment {
  constructor(form, friend, complain, changed) {
    this.token = null;
    this.sticker = null; // package:id
    this.box = form.querySelector("#attachments");
    this.friend = friend;
    this.complain = complain;
    this.changed = changed; // another answer, then
    const field = form.querySelector("#file");
    form.querySelector("#open-file").addEventListener("click", () => field.click());
    field.addEventListener("change", () => { this.take(field.files[0]); field.value = ""; });
    form.addEventListener("paste", (event) => {
      const file = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
      if (file) (event.preventDefault(), this.take(file));
    });
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      if (event.dataTransfer.files.length) (event.preventDefault(), this.take(event.dataTransfer.files[0]));
    });
  }

  get isEmpty() { return !this.token && !this.sticker; }

  /** A sticker in place of a picture. */
  stick({ packageId, stickerId }) {
    this.clear();
    this.sticker = `${packageId}:${stickerId}`;
    this.show(`/console/talk/stickers/${stickerId}`, say("sticker", stickerId));
  }

  async take(file) {
    if (!file) return;
    this.clear();
    this.box.textContent = say("uploading");
    const body = new FormData();
    body.append("file", file);
    let answer = null;
    try {
      const response = await fetch(`/console/talk/upload/${this.friend}`, {
        method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": csrf() },
      });
      answer = await response.json().catch(() => ({ problem: say("offline") }));
    } catch {
      answer = { problem: say("offline") };
    }
    this.clear();
    if (answer.problem) return this.complain(answer.problem);
    this.token = answer.token;
    this.show(URL.createObjectURL(file), file.name);
  }

  show(address, words) {
    const shown = document.createElement("div");
    shown.className = "attachment";
    const picture = document.createElement("img");
    picture.src = address;
    picture.alt = words;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", say("remove"));
    remove.addEventListener("click", () => this.clear());
    shown.append(picture, remove);
    this.box.append(shown);
  }

  clear() {
    this.token = this.sticker = null;
    this.changed();
    for (const picture of this.box.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    this.box.replaceChildren();
  }
}
