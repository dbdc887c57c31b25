// The icon beside the names of staff: taken up as soon as it is chosen.
import { csrf } from "./shell.js";

const field = document.getElementById("icon-file");
const problem = document.getElementById("icon-problem");

field.addEventListener("change", async () => {
  if (!field.files[0]) return;
  const body = new FormData();
  body.append("picture", field.files[0]);
  field.value = "";
  const answer = await fetch("/console/settings/talk/icon", {
    method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": csrf() },
  }).catch(() => null);
  if (answer?.status === 204) return location.reload();
  const said = await answer?.json().catch(() => null);
  problem.textContent = said?.problem ?? field.dataset.lost;
  problem.hidden = false;
});
