"use strict";
// Keeps the page at what the server says, without losing what is being typed, and sends forms until they are confirmed.
// Without this script the page works as well: forms are plain, and a reload shows what is new.

const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 3000;
const SILENCE = 8000; // the server speaks every three seconds
const LONGEST_WAIT = 8000;
const line = document.getElementById("line");
const language = document.documentElement.lang;

let shown = main().innerHTML; // as the server sent it: what is typed and computed later does not count
let isTyping = false;
let isSending = false;
let isLost = false;
let socket = null;
let heard = 0;
let version = null;
let latest = 0; // of two answers that cross, the one to the later request is shown

function main() {
  return document.querySelector("main");
}

function say() {
  const text = isLost ? document.body.dataset.lost : isSending ? document.body.dataset.sending : "";
  if (line.textContent !== text) line.textContent = text;
}

function pause(tries) {
  return new Promise((wake) => setTimeout(wake, Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** tries)));
}

async function ask(address, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), LONGEST_WAIT);
  try {
    const answer = await fetch(address, { cache: "no-store", signal: patience.signal, ...options });
    if (answer.status >= 500) throw new Error("the server cannot answer now");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main");
    if (!fresh) throw new Error("this is not our server");
    return { fresh, url: answer.url };
  } finally {
    clearTimeout(timer);
  }
}

function put(fresh) {
  const isSame = fresh.innerHTML === shown && fresh.dataset.state === main().dataset.state;
  isTyping = false;
  if (isSame && !main().querySelector("[aria-busy]")) return;
  shown = fresh.innerHTML;
  main().replaceWith(document.adoptNode(fresh));
  estimate();
}

function focusOnHeading() {
  const heading = main().querySelector(".error, h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

// ---- what is new

async function refresh() {
  const turn = ++latest;
  try {
    const { fresh } = await ask(location.href);
    isLost = false;
    const isSameQuestion = fresh.dataset.state === main().dataset.state;
    if (turn === latest && !isSending && !(isTyping && isSameQuestion)) put(fresh);
    return true;
  } catch {
    isLost = true;
    return false;
  } finally {
    say();
  }
}

function listen() {
  heard = Date.now();
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/live`);
  socket.onmessage = async (event) => {
    heard = Date.now();
    if (event.data === version && !isLost) return;
    if (await refresh()) version = event.data;
  };
}

// One loop for ever: while the page is in a room, it has a socket that speaks; else it looks by itself.
async function stay() {
  for (let tries = 0; ; ) {
    const isOpen = socket !== null && socket.readyState <= WebSocket.OPEN;
    if (isOpen && Date.now() - heard < SILENCE) {
      tries = 0;
    } else if (main().hasAttribute("data-live") || socket !== null || isLost) {
      if (isOpen) socket.close();
      socket = null;
      version = null;
      const isThere = await refresh();
      if (isThere && main().hasAttribute("data-live")) listen();
      tries += 1;
    }
    await pause(tries);
  }
}

// ---- sending

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button && button.name) fields.append(button.name, button.value);
  isSending = true;
  form.setAttribute("aria-busy", "true");
  if (button) button.classList.add("sent");
  say();
  for (let tries = 0; ; tries += 1) {
    try {
      const { fresh, url } = await ask(form.action, { method: "POST", body: fields });
      latest += 1;
      isSending = false;
      isLost = false;
      if (new URL(url).pathname === "/") history.replaceState(null, "", "/");
      put(fresh);
      focusOnHeading();
      return;
    } catch {
      isLost = true;
    } finally {
      say();
    }
    await pause(tries);
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!isSending) send(event.target, event.submitter);
});

document.addEventListener("input", () => {
  isTyping = true;
  estimate();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("main a[href^='/?round=']");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  history.replaceState(null, "", link.getAttribute("href"));
  if (await refresh()) focusOnHeading();
});

// ---- plans

function number(value, options) {
  return new Intl.NumberFormat(language, options).format(value);
}

function rupiah(value) {
  return "Rp\u00a0" + number(value, { notation: "compact", compactDisplay: "long", maximumFractionDigits: 1 });
}

function valueText(slider) {
  const value = Number(slider.value);
  if (slider.dataset.unit === "rupiah_per_year") return rupiah(value);
  if (slider.dataset.unit === "share") {
    return number(100 * value, { maximumFractionDigits: 1 }) + (language === "id" ? "\u00a0%" : "%");
  }
  return slider.dataset.text.replace("{n}", number(value, { maximumFractionDigits: 2 }));
}

function estimate() {
  const form = document.querySelector("form[data-plan]");
  if (!form) return;
  let extra = 0;
  for (const slider of form.querySelectorAll("input[type=range]")) {
    const text = valueText(slider);
    form.querySelector(`output[for="${slider.id}"]`).textContent = text;
    slider.setAttribute("aria-valuetext", text);
    extra += (Number(slider.value) - Number(slider.dataset.today)) * Number(slider.dataset.rupiah);
  }
  const said = form.querySelector(".estimate");
  const isOver = form.dataset.budget !== "" && extra > Number(form.dataset.budget);
  said.textContent = (isOver ? said.dataset.over : said.dataset.within).replace("{cost}", rupiah(extra));
  said.classList.toggle("over", isOver);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
window.addEventListener("offline", refresh);
estimate();
refresh(); // a link in a message opens the page without its cookie, which this request has
stay();
