"use strict";
// Events in from the WebSocket, captions out on the page. Text goes in as text nodes only: what is said is never markup.

const query = new URLSearchParams(location.search);
const root = document.documentElement;
const find = (id) => document.getElementById(id);
const obs = query.get("view") === "obs";
const MOST = obs ? 2 : 500; // captions that stay on the page
const STAY = 15000; // milliseconds after which a scene of OBS shows nothing, when nobody says more
const shown = new Map(); // number -> { node, final }, of the run that is on
let run = null;
const reduced = new Set(); // what is given up to keep up, in words
let languages = { source: "", target: "", targets: [] }; // target: the one that is shown
const kept = new Map(); // "number language" -> caption, of the run that is on: for who changes the language

// How it looks: from the address, else as it was left, else as the system has it.

function recall(name, fallback) {
  if (query.has(name)) return query.get(name);
  try { return (!obs && localStorage.getItem(name)) || fallback; } catch { return fallback; }
}
function keep(name, value) {
  try { localStorage.setItem(name, value); } catch { /* a private window keeps nothing */ }
}
const look = {
  size: Number(recall("size", 0)) || (obs ? 48 : innerWidth <= 600 ? 28 : 40),
  theme: recall("theme", matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark"),
  original: recall("original", "on"),
  lang: recall("lang", ""),
};
function change(name, value) {
  look[name] = value;
  keep(name, value);
  apply();
}
function apply() {
  look.size = Math.min(120, Math.max(16, look.size));
  root.style.setProperty("--size", `${look.size}px`);
  root.dataset.theme = look.theme === "light" ? "light" : "dark";
  root.dataset.original = look.original === "off" ? "off" : "on";
  find("theme").textContent = look.theme === "light" ? "Dark" : "Light";
  find("original").setAttribute("aria-pressed", String(look.original !== "off"));
  follow();
}
const actions = {
  smaller: () => change("size", look.size - 4),
  larger: () => change("size", look.size + 4),
  theme: () => change("theme", look.theme === "light" ? "dark" : "light"),
  original: () => change("original", look.original === "off" ? "on" : "off"),
};
for (const [id, action] of Object.entries(actions)) find(id).addEventListener("click", action);
const keys = { "-": "smaller", "+": "larger", "=": "larger", t: "theme", s: "original" };
addEventListener("keydown", (press) => {
  const name = press.target !== find("lang") && keys[press.key.toLowerCase()]; // there letters choose a language
  if (name && !press.ctrlKey && !press.metaKey && !press.altKey) actions[name]();
});

// Of several languages the reader's: as chosen here before, else the first of the browser's own that is written.

function base(tag) { return tag.toLowerCase().split("-")[0]; }
function written(tag) { // zh-TW is written in other characters than zh
  try { return `${base(tag)} ${new Intl.Locale(tag).maximize().script}`; } catch { return ""; }
}
function choose() {
  const { targets } = languages;
  const wishes = [look.lang, ...(navigator.languages || [])];
  const same = (wish) => targets.find((tag) => tag.toLowerCase() === wish.toLowerCase());
  const near = (wish) => same(wish) || targets.find((tag) => written(tag) === written(wish))
    || targets.find((tag) => base(tag) === base(wish));
  languages.target = wishes.filter(Boolean).map(near).find(Boolean) || targets[0] || "";
  const menu = find("lang");
  menu.hidden = targets.length < 2;
  menu.replaceChildren(...targets.map(option));
}
const LEFTWARD = / (Arab|Hebr|Syrc|Thaa|Nkoo|Adlm|Rohg)$/; // scripts that run from right to left
function direction(tag) { // not by the first letter: an Arabic sentence may begin with the name of a product
  const script = tag && written(tag);
  return !script ? "auto" : LEFTWARD.test(script) ? "rtl" : "ltr";
}
function option(tag) {
  const made = new Option(called(tag), tag, false, tag === languages.target);
  made.lang = tag;
  return made;
}
function called(tag) {
  try { return new Intl.DisplayNames([tag], { type: "language" }).of(tag); } catch { return tag; }
}
find("lang").addEventListener("change", () => {
  look.lang = languages.target = find("lang").value;
  keep("lang", look.lang);
  quietly(() => {
    for (const { node } of shown.values()) node.remove();
    shown.clear();
    [...kept.values()].forEach(show);
  });
  follow();
});

// The end is kept in view unless the reader has scrolled back.

let following = true;
let returning = false; // called back to the end: a scroll that was under way does not lead away again
const pane = find("scroll");
pane.addEventListener("scroll", () => {
  if (returning) follow();
  else following = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 48;
  find("latest").hidden = following;
}, { passive: true });
for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  addEventListener(name, () => { returning = false; }, { passive: true });
}
function follow() {
  if (following || obs) pane.scrollTop = pane.scrollHeight;
}
find("latest").addEventListener("click", () => { following = returning = true; follow(); });
addEventListener("resize", follow);

// Captions.

function element(name, parent, classes, language) {
  const made = document.createElement(name);
  made.className = classes;
  if (language) made.lang = language;
  if (name === "p") made.dir = direction(language);
  parent.append(made);
  return made;
}
function draw(node, caption) {
  const translated = languages.target !== languages.source;
  node.className = `caption ${caption.final ? "settled" : "draft"}${translated ? "" : " alone"}`;
  node.dir = direction(languages.target);
  node.replaceChildren();
  const said = element("p", node, "said", languages.source);
  // Of a draft, the words that are agreed upon will stay; the rest is a guess.
  const agreed = caption.final ? caption.source : (caption.words || []).map((word) => word.text).join("").trim();
  if (caption.source.startsWith(agreed)) {
    said.append(agreed);
    if (agreed.length < caption.source.length) element("span", said, "guess").append(caption.source.slice(agreed.length));
  } else {
    element("span", said, "guess").append(caption.source);
  }
  if (translated) element("p", node, "text", languages.target).append(caption.text || (caption.final ? "" : "\u2026"));
}
function place(list, node, number) {
  node.dataset.number = number;
  let after = list.lastElementChild;
  while (after && after.dataset.number && Number(after.dataset.number) > number) after = after.previousElementSibling;
  if (after) after.after(node); else list.prepend(node);
}
function show(caption) {
  const language = caption.language || languages.target;
  remember(caption, language);
  if (language !== languages.target) return;
  const known = shown.get(caption.number);
  if (known && known.final) return;
  let node = known && known.node;
  if (!caption.source) { // a draft that is taken back: nobody spoke
    if (node) node.remove();
    shown.delete(caption.number);
    return;
  }
  find("empty").hidden = true;
  // A settled caption is a new node, which is what a screen reader announces, once and whole.
  if (node && caption.final) { node.remove(); node = null; }
  const fresh = !node;
  node = node || document.createElement("div");
  draw(node, caption);
  if (fresh) place(find(caption.final ? "settled" : "drafts"), node, caption.number);
  shown.set(caption.number, { node, final: caption.final });
  trim();
  if (obs) {
    clearTimeout(silence);
    silence = setTimeout(clear, STAY);
  }
}
let silence = 0;
function clear() {
  for (const [number, { node, final }] of shown) {
    node.remove();
    if (!final) shown.delete(number);
  }
  find("settled").replaceChildren(); // of the run before, too
}
function remember(caption, language) {
  if (languages.targets.length < 2) return;
  const key = `${caption.number} ${language}`;
  if (!kept.get(key)?.final) kept.set(key, caption);
  if (kept.size > MOST * languages.targets.length) kept.delete(kept.keys().next().value);
}
// What is shown again, or to who joins late, is not read aloud.
function quietly(draw) {
  find("settled").setAttribute("aria-live", "off");
  draw();
  setTimeout(() => find("settled").setAttribute("aria-live", "polite"), 500);
}
function trim() {
  const settled = find("settled");
  const most = Math.max(0, MOST - (obs ? find("drafts").childElementCount : 0));
  while (settled.childElementCount > most) {
    shown.delete(Number(settled.firstElementChild.dataset.number));
    settled.firstElementChild.remove();
  }
  if (obs) while (find("drafts").childElementCount > MOST) find("drafts").firstElementChild.remove();
}

const on = {
  hello(event) {
    languages = { source: event.source, targets: event.targets };
    choose();
    if (event.run !== run) {
      // Another run counts its captions from the start: what settled stays, what did not never will.
      shown.clear();
      kept.clear();
      find("drafts").replaceChildren();
      for (const node of find("settled").children) delete node.dataset.number;
      if (run && find("settled").childElementCount) element("hr", find("settled"), "pause");
    }
    const joining = run === null;
    run = event.run;
    reduced.clear(); // what still holds is said again
    // A scene of OBS that is switched to, or comes back, shows what is said now and not what was.
    const captions = event.captions.filter((caption) => !obs || event.emitted - caption.emitted < STAY);
    if (joining) quietly(() => captions.forEach(show)); else captions.forEach(show);
    say("live", "Live");
  },
  language(event) {
    languages.source = event.language;
  },
  caption: show,
  lag(event) {
    const seconds = (event.lag ?? 0) / 1000;
    find("lag").textContent = seconds >= 0.1 ? `${seconds.toFixed(1)} s behind` : "";
  },
  degrade(event) {
    if (event.active) reduced.add(event.step); else reduced.delete(event.step);
    say("live", reduced.size ? `Live, keeping up: ${[...reduced].join(", ")}` : "Live");
  },
};
function say(state, text) {
  root.dataset.state = state;
  if (find("status").textContent !== text) find("status").textContent = text;
}

// The line to the server, which comes back by itself: after half a second, then twice as long each time, up to ten.
// When it is dead (the phone slept, the Wi-Fi has changed) no browser says so, but the server sends something every 10 s.

const DEAD = 25000;
let socket = null;
let heard = 0;
let wait = 500;
let timer = 0;
function connect() {
  clearTimeout(timer);
  if (socket && socket.readyState <= WebSocket.OPEN) return;
  const token = query.has("token") ? `?token=${encodeURIComponent(query.get("token"))}` : "";
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/events${token}`);
  heard = Date.now();
  const mine = socket;
  mine.addEventListener("message", (message) => {
    if (mine !== socket) return;
    heard = Date.now();
    wait = 500;
    const event = JSON.parse(message.data);
    if (on[event.event]) on[event.event](event);
    follow();
  });
  mine.addEventListener("close", (end) => { if (mine === socket) lose(end.code); });
}
function lose(code) {
  socket = null;
  find("lag").textContent = "";
  // 1001: the server has said goodbye; what comes after that, it did not.
  if (code === 1001) say("ended", "Ended, waiting for the next captions");
  else if (root.dataset.state !== "ended") say("away", "Waiting for the captions to come back");
  timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
  wait = Math.min(10000, wait * 2);
}
function check() {
  if (!socket || Date.now() - heard < DEAD) return;
  const dead = socket;
  lose();
  dead.close();
}
setInterval(check, 5000);
addEventListener("online", () => { check(); connect(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { check(); connect(); } });

if (obs) root.dataset.view = "obs";
apply();
connect();
