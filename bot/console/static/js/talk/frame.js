// What a video looks like before it is played: LINE shows a picture and makes none.
const LONGEST_SIDE = 1024;
const MOST_BYTES = 1_000_000;
const PATIENCE = 8000;

/** A frame of a video as a JPEG; null: this browser cannot look into it. */
export async function frameOf(file) {
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.preload = "auto";
  const address = URL.createObjectURL(file);
  try {
    video.src = address;
    await until(video, "loadeddata");
    // The very first picture is often black.
    const at = Math.min(1, (Number.isFinite(video.duration) ? video.duration : 0) / 4);
    if (at > 0) (video.currentTime = at), await until(video, "seeked");
    return await drawn(video);
  } catch {
    return null;
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(address);
  }
}

function until(video, event) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(reject, PATIENCE);
    video.addEventListener(event, () => { clearTimeout(late); resolve(); }, { once: true });
    video.addEventListener("error", () => { clearTimeout(late); reject(video.error); }, { once: true });
  });
}

async function drawn(video) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  if (!canvas.width || !canvas.height) return null;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return made && made.size <= MOST_BYTES ? made : null;
}
