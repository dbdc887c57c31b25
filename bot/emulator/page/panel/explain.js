// LINE's error answers in plain words, with what to do about them.

const STATUS = {
  400: ["送った内容のどこかがLINEの決まりに合っていません。", "Something in the request breaks LINE's rules."],
  401: ["アクセストークンが違います。ボットの LINE_CHANNEL_ACCESS_TOKEN を確かめてください。", "The access token is wrong. Check the bot's LINE_CHANNEL_ACCESS_TOKEN."],
  403: ["このアカウントではこのAPIを使えません。", "This account may not use this API."],
  404: ["相手か対象が見つかりません。IDを確かめてください（友だちでない人のプロフィールもこうなります）。", "The target was not found. Check the id (a stranger's profile answers this too)."],
  405: ["HTTPメソッドが違います。", "The HTTP method is wrong."],
  409: ["同じリトライキーの送信はもう受け付けています。二重には送られないので、成功と考えてください。", "This retry key was accepted before. Nothing is sent twice: treat it as done."],
  410: ["このコンテンツはもう保管期間を過ぎました。", "This content is gone."],
  413: ["リクエストが大きすぎます（2MBまで）。", "The request is too large (2 MB at most)."],
  415: ["Content-Type ヘッダーが違います。", "The Content-Type header is wrong."],
  429: ["送りすぎです。レート制限か、今月の通数の上限です。通数タブを見てください。", "Too many: a rate limit or the month's quota. See the quota tab."],
  500: ["LINE側の障害です（障害タブで起こしたものかもしれません）。届いたかどうかは分かりません。", "A failure on LINE's side (perhaps made in the faults tab). It may or may not have been sent."],
};

const PHRASES = [
  [/invalid reply token/i, "応答トークンが使えません。一度使ったか、届いてから1分以上たっています。", "The reply token cannot be used: it was used before, or is older than a minute."],
  [/may not be empty/i, "空にはできません", "may not be empty"],
  [/length must be between (\d+) and (\d+)/i, "長さは{1}から{2}文字までです", "must be {1} to {2} characters long"],
  [/size must be between (\d+) and (\d+)/i, "数は{1}から{2}までです", "must have {1} to {2} elements"],
  [/must be one of the following values: \[(.*)\]/i, "使える値は {1} だけです", "must be one of {1}"],
  [/must be specified/i, "必要な項目がありません", "is required"],
  [/invalid property/i, "知らない項目です（つづりを確かめてください）", "is not a known property (check the spelling)"],
  [/invalid uri scheme|invalid uri/i, "URLの形が違います（https、http、line、tel だけ）", "is not a valid link (https, http, line, tel only)"],
  [/https/i, "URLは https で始まる必要があります", "must be an https address"],
  [/monthly limit/i, "今月の通数の上限に達しました。", "The month's quota is spent."],
  [/rate limit/i, "短い時間に送りすぎました。少し待って送り直します。", "Too many calls in a short time. Wait and send again."],
  [/must upload richmenu image/i, "リッチメニューに画像がまだありません。先に画像を登録してください。", "The rich menu has no image yet. Upload it first."],
  [/already been uploaded/i, "リッチメニューの画像は差し替えられません。新しいメニューを作ってください。", "A rich menu's image cannot be replaced. Create a new menu."],
  [/image size is not allowed/i, "画像の大きさがリッチメニューの決まりに合いません（幅800〜2500、縦横比1.45以上）。", "The picture's size does not suit a rich menu (width 800 to 2500, ratio of 1.45 or more)."],
];

function phrase(text, ja) {
  for (const [pattern, japanese, english] of PHRASES) {
    const found = pattern.exec(text);
    if (found) return (ja ? japanese : english).replace(/\{(\d)\}/g, (_, group) => found[Number(group)]);
  }
  return text;
}

// Flex is refused with a path of its own ("/body/contents/0"), its message being named in the answer.
function placeOf(property, ja, message) {
  const whole = property?.startsWith("/") ? `${/messages\[\d+\]/.exec(message)?.[0] ?? ""}.${property.slice(1).replaceAll("/", ".")}` : property;
  const found = /^messages\[(\d+)\]\.?(.*)$/.exec(whole ?? "");
  if (!found) return property ?? "";
  const nth = Number(found[1]) + 1;
  const name = ja ? `${nth}番目のメッセージ` : `message ${nth}`;
  return found[2] ? `${name} ${found[2]}` : name;
}

/** The reasons of a refused call, most telling first. */
export function explain(status, response, lang) {
  const ja = lang !== "en";
  const message = response?.message ?? response?.error_description ?? "";
  const details = (response?.details ?? []).map((detail) => `${placeOf(detail.property, ja, message)}：${phrase(detail.message ?? "", ja)}`);
  const known = message && phrase(message, ja) !== message ? [phrase(message, ja)] : [];
  const general = STATUS[status] ?? STATUS[Math.floor(status / 100) * 100];
  const said = message && !known.length && !details.length ? [message] : [];
  return [...known, ...details, ...said, ...(known.length || !general ? [] : [general[ja ? 0 : 1]])];
}
