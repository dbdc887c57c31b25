// Files of the real machine become messages of the emulated phone.

/** Read a file as base64. */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** How long a film or a sound lasts, in ms; 0 when the browser cannot tell. */
function durationOf(kind, file) {
  return new Promise((resolve) => {
    const player = document.createElement(kind);
    const url = URL.createObjectURL(file);
    const end = (seconds) => {
      URL.revokeObjectURL(url);
      resolve(Number.isFinite(seconds) ? Math.round(seconds * 1000) : 0);
    };
    player.onloadedmetadata = () => end(player.duration);
    player.onerror = () => end(0);
    setTimeout(() => end(0), 3000);
    player.src = url;
  });
}

/** The message that sends a file. */
export async function fileMessage(kind, file) {
  const message = { type: kind, base64: await base64(file), contentType: file.type || "application/octet-stream" };
  if (kind === "file") return { ...message, fileName: file.name };
  if (kind === "image") return message;
  const duration = await durationOf(kind, file);
  return duration ? { ...message, duration } : message;
}
