"use strict";
/* Shows the document of the API and sends calls. The key stays in the field: nothing keeps it. */
(() => {
  const WORDS = {
    ja: { note: "キーはこのページの中だけで使い、保存しません。書き込みは本番のデータを変更します。", send: "送信", sending: "送信中…", body: "本文（JSON）", key: "先にAPIキーを入力してください。", lost: "接続できませんでした。同じ Idempotency-Key でもう一度送れます。", json: "JSONとして読めません。", failed: "一覧を読み込めませんでした。ページを開き直してください。" },
    en: { note: "The key stays on this page and is not kept. Writes change real data.", send: "Send", sending: "Sending…", body: "Body (JSON)", key: "Enter an API key first.", lost: "No connection. The same Idempotency-Key can be sent again.", json: "This is not JSON.", failed: "The list could not be read. Open the page again." },
  };
  const language = (navigator.language || "en").startsWith("ja") ? "ja" : "en";
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.querySelectorAll("[data-word]").forEach((each) => { each.textContent = words[each.dataset.word]; });
  document.getElementById("opening").addEventListener("submit", (event) => event.preventDefault());

  let names = 0;
  const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), text === undefined ? {} : { textContent: text }, more);
  const field = (form, name, note, input) => {
    input.id = `field-${names += 1}`;
    const label = make("label", name, { htmlFor: input.id });
    form.append(label, input);
    if (note) form.append(make("p", note, { className: "note" }));
    return input;
  };
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const example = (schema, all, depth = 0) => {
    if (schema.$ref) return example(all[schema.$ref.split("/").pop()], all, depth);
    if (schema.anyOf) return example(schema.anyOf[0], all, depth);
    if (schema.enum) return schema.enum[0];
    if (schema.type === "object") {
      const needed = new Set(schema.required || []);
      const shown = Object.entries(schema.properties || {}).filter(([name]) => needed.has(name));
      return Object.fromEntries(shown.map(([name, each]) => [name, example(each, all, depth + 1)]));
    }
    if (schema.type === "array") return schema.minItems ? [example(schema.items, all, depth + 1)] : [];
    if (schema.type === "integer") return Math.max(schema.minimum || 0, 1);
    if (schema.type === "boolean") return true;
    return "";
  };

  const section = (path, method, said, schemas) => {
    const box = make("details");
    const summary = make("summary");
    summary.append(make("b", method.toUpperCase()), make("code", path), make("span", said.summary));
    const form = make("form", undefined, { autocomplete: "off" });
    form.append(make("p", said.description, { className: "note" }));
    const inputs = said.parameters.map((each) => {
      const input = make("input", undefined, { type: "text", required: each.required, spellcheck: false });
      if (each.name === "Idempotency-Key") input.value = random();
      return [each, field(form, each.name, each.schema.description || each.description, input)];
    });
    const asked = said.requestBody && said.requestBody.content["application/json"].schema;
    const body = asked && field(form, words.body, "", make("textarea", undefined, { rows: 8, spellcheck: false, value: JSON.stringify(example(asked, schemas), null, 2) }));
    const button = make("button", words.send, { type: "submit" });
    const status = make("p", "", { className: "status" });
    status.setAttribute("role", "status");
    const answer = make("pre", "", { hidden: true });
    form.append(button, status, answer);
    box.append(summary, form);

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const say = (text, isBad) => { status.textContent = text; status.classList.toggle("bad", isBad); };
      answer.hidden = true;
      const key = document.getElementById("key");
      if (!key.value.trim()) { say(words.key, true); key.focus(); return; }
      if (body) {
        try { JSON.parse(body.value); } catch (error) { say(`${words.json} ${error.message}`, true); body.focus(); return; }
      }
      const headers = { Authorization: `Bearer ${key.value.trim()}` };
      if (body) headers["Content-Type"] = "application/json";
      const query = new URLSearchParams();
      let address = path;
      let once = null;
      for (const [each, input] of inputs) {
        if (each.in === "path") address = address.replace(`{${each.name}}`, encodeURIComponent(input.value.trim()));
        else if (each.in === "header") { headers[each.name] = input.value.trim(); once = input; }
        else if (input.value) query.set(each.name, input.value);
      }
      button.disabled = true;
      say(words.sending, false);
      try {
        const url = `/api/v1${address}${query.size ? `?${query}` : ""}`;
        const response = await fetch(url, { method: method.toUpperCase(), headers, body: body ? body.value : undefined });
        const text = await response.text();
        let said = {};
        try { said = JSON.parse(text); answer.textContent = JSON.stringify(said, null, 2); } catch { answer.textContent = text; }
        answer.hidden = false;
        const again = response.headers.has("Idempotent-Replayed") ? " · Idempotent-Replayed" : "";
        const detail = (said.detail || response.statusText).replace(/\.?$/, ".");
        const told = response.ok ? response.statusText : `${detail} ${said.mend || ""}`;
        say(`${response.status} ${told}${again}`, !response.ok);
        // What is kept under a key would only come again; what was not taken goes with the same one.
        const isKept = response.ok || [404, 409].includes(response.status) || said.code === "idempotency_key_reused";
        if (once && isKept && said.code !== "in_progress") once.value = random();
      } catch {
        say(words.lost, true);
      } finally {
        button.disabled = false;
      }
    });
    return box;
  };

  const show = (said) => {
    document.getElementById("introduction").textContent = said.info.description;
    const place = document.getElementById("operations");
    const groups = new Map();
    for (const [path, methods] of Object.entries(said.paths)) {
      for (const [method, each] of Object.entries(methods)) {
        const tag = each.tags[0];
        if (!groups.has(tag)) groups.set(tag, []);
        groups.get(tag).push(section(path, method, each, said.components.schemas));
      }
    }
    for (const [tag, sections] of groups) place.append(make("h2", tag), ...sections);
  };

  fetch("/api/v1/openapi.json").then((response) => response.json()).then(show).catch(() => {
    document.getElementById("operations").append(make("p", words.failed, { className: "bad" }));
  });
})();
