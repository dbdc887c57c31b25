// Pickers that a tap opens: a date, a time, both, or a place.

import { h } from "./dom.js";
import { field, formSheet } from "./sheet.js";
import { t } from "./strings.js";

const INPUTS = { date: "date", time: "time", datetime: "datetime-local" };
const TITLES = { date: "chooseDate", time: "chooseTime", datetime: "chooseDatetime" };
const STARTS = { date: "0000-00-00".length, time: "00:00".length, datetime: "0000-00-00T00:00".length };

const normal = (text, mode) => (typeof text === "string" ? text.replace("t", "T").slice(0, STARTS[mode]) : undefined);

/** Ask for the value of a datetimepicker action; resolves with {mode: value}, or undefined. */
export async function pickDatetime(action) {
  const mode = Object.hasOwn(INPUTS, action.mode ?? "") ? action.mode : "datetime";
  const now = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 16);
  const today = mode === "date" ? now.slice(0, 10) : mode === "time" ? now.slice(11) : now;
  const values = await formSheet({
    title: t(TITLES[mode]),
    fields: field(action.label ?? t(TITLES[mode]), mode, {
      type: INPUTS[mode], required: true, autofocus: true,
      value: normal(action.initial, mode) ?? today, min: normal(action.min, mode), max: normal(action.max, mode),
    }),
    submit: t("done"),
  });
  return values?.[mode] ? { [mode]: values[mode] } : undefined;
}

/** Ask for a place; resolves with {title, address, latitude, longitude}, or undefined. */
export async function pickPlace() {
  const values = await formSheet({
    title: t("location"), lead: t("locationLead"),
    fields: [
      field(t("placeName"), "title", { value: t("placeDefault"), maxlength: 100, autofocus: true }),
      field(t("address"), "address", { value: t("addressDefault"), maxlength: 100, required: true }),
      h("div", { class: "field-pair" },
        field(t("latitude"), "latitude", { type: "number", step: "any", min: -90, max: 90, value: 35.681236, required: true }),
        field(t("longitude"), "longitude", { type: "number", step: "any", min: -180, max: 180, value: 139.767125, required: true })),
    ],
    submit: t("send"),
  });
  if (!values) return undefined;
  return { ...values, latitude: Number(values.latitude), longitude: Number(values.longitude) };
}
