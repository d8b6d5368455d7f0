// One key a decision. Every key presses a button that is on the page; without this script the buttons do the same.
"use strict";

const waiting = [];  // keys pressed while an answer is under way: none is lost, each acts on what is shown then
let busy = false;

const main = () => document.querySelector("main");
const blocks = () => [...document.querySelectorAll(".block")];
const keys = () => JSON.parse(main().dataset.keys || "{}");
const say = (sentence, look = "said") => { document.getElementById("said").innerHTML = ""; const p = document.createElement("p");
  p.className = look; p.textContent = sentence; document.getElementById("said").append(p); };
const warn = sentence => say(sentence, "warning");

function current() {
  return document.querySelector(".block.current") || blocks()[0];
}

function stand(block, focus = true, scroll = true) {
  if (!block) return;
  document.querySelectorAll(".block.current").forEach(other => other.classList.remove("current"));
  block.classList.add("current");
  if (focus) block.focus({ preventScroll: true });
  if (scroll) block.scrollIntoView({ block: "nearest" });
}

function standWhereAsked(focus = true, scroll = true) {
  const at = main().dataset.at;
  const asked = document.getElementById(`block-${at}`) || document.querySelector(".block.to-check") || blocks()[0];
  stand(asked, focus, scroll);
}

// What was not saved must not be followed by keys that were meant for what comes after it.
function refused(sentence) {
  const dropped = waiting.length;
  waiting.length = 0;
  warn(dropped ? `${sentence} (${dropped} more ${dropped === 1 ? "key was" : "keys were"} not carried out.)` : sentence);
}

async function send(form, button) {
  const body = new FormData(form);
  if (button && button.name) body.set(button.name, button.value);
  let answer, text;
  try {
    answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    text = await answer.text();
  } catch {
    return refused("Not saved: the desk does not answer. Press the key again in a moment.");
  }
  const shown = new DOMParser().parseFromString(text, "text/html");
  if (answer.status === 401 || shown.getElementById("pending")) return sendPlainly(form, button);
  if (!answer.ok) {
    const sentence = shown.getElementById("sentence")?.textContent;
    if (answer.redirected) return refused(`Saved, but what comes next cannot be shown. ${sentence || "Load the page anew."}`);
    return refused(sentence || `Not saved: the desk answers ${answer.status}.`);
  }
  const elsewhere = new URL(answer.url).pathname !== location.pathname;
  for (const part of ["body > header", "main"]) {  // the header too: it counts what waits, and names model and section
    document.querySelector(part).replaceWith(document.adoptNode(shown.querySelector(part)));
  }
  document.title = shown.title;
  history[elsewhere ? "pushState" : "replaceState"](null, "", answer.url);
  ready();
  if (elsewhere) scrollTo(0, 0);  // a new page begins with its address in view
  standWhereAsked(true, !elsewhere);
}

// The session has ended: sent without this script, the form leads to the log-in page, which keeps a decision.
function sendPlainly(form, button) {
  const pressed = document.createElement("input");
  pressed.type = "hidden";
  if (button && button.name) [pressed.name, pressed.value] = [button.name, button.value];
  form.append(pressed);
  form.submit();
}

// Blocks of a long page are shown in parts: what goes beyond one goes on to the next.
function laterPart() {
  const later = document.querySelector(".parts a[rel=next]");
  if (later) location.assign(later.href);
  return later;
}

function step(by) {
  const all = blocks(), index = all.indexOf(current());
  if (by > 0 && index === all.length - 1 && laterPart()) return;
  stand(all[Math.min(all.length - 1, Math.max(0, index + by))]);
}

function skip() {
  const all = blocks(), index = all.indexOf(current());
  const next = all.slice(index + 1).find(block => block.classList.contains("to-check"));
  if (next) stand(next);
  else if (!laterPart()) say("Nothing further is left to check on what is shown.");
}

function run() {
  return current() && current().closest(".run");
}

function moveEnd(name, by) {
  const select = run() && run().querySelector(`select[name=${name}]`);
  if (!select) return warn("This block is in no run.");
  select.selectedIndex = Math.min(select.options.length - 1, Math.max(0, select.selectedIndex + by));
  const [first, last] = ["position", "last"].map(n => Number(run().querySelector(`select[name=${n}]`).value));
  blocks().forEach(block => block.classList.toggle("chosen", first <= block.dataset.position && block.dataset.position <= last));
  say(`The run is blocks ${first + 1} to ${last + 1}.`);
}

function press(scope, selector) {
  const button = scope && scope.querySelector(selector);
  return button ? send(button.form, button) : warn("There is nothing like that here.");
}

function follow(scope, selector) {
  const link = scope && scope.querySelector(selector);
  return link ? location.assign(link.href) : warn("There is nothing like that here.");
}

// Not autofocus: browsers note as a fault that it comes to nothing while the dialog is closed.
function showKeys() {
  const dialog = document.getElementById("keys");
  dialog?.showModal();
  dialog?.querySelector("form button").focus();
}

const actions = {
  "filler": () => press(current(), "button[value=filler]"),
  "news": () => press(current(), "button[value=news]"),
  "boilerplate": () => press(current(), "button[value=boilerplate]"),
  "unsure": () => press(current(), "button[value=unsure]"),
  "withdraw": () => press(current(), "button[value=undo]"),
  "pin as a test": () => follow(current(), "a[data-action='pin as a test']"),
  "skip": () => document.querySelector("button[data-action=skip]") ? press(main(), "button[data-action=skip]") : skip(),
  "next block": () => step(1),
  "previous block": () => step(-1),
  "why": () => { const why = current().querySelector(".why"); if (why) why.open = !why.open; },
  "run": () => press(run(), ".run-head button[value=filler]"),
  "run begins earlier": () => moveEnd("position", -1),
  "run begins later": () => moveEnd("position", 1),
  "run ends earlier": () => moveEnd("last", -1),
  "run ends later": () => moveEnd("last", 1),
  "accept page": () => press(main(), "button[data-action='accept page']"),
  "next page": () => press(main(), "button[data-action='next page']"),
  "undo": () => press(main(), "button[data-action='undo']"),
  "redo": () => press(main(), "button[data-action='redo']"),
  "keys": showKeys,
};

async function work() {
  if (busy) return;
  busy = true;
  try {
    while (waiting.length) await waiting.shift()();
  } finally {
    busy = false;
  }
}

function ready() {
  for (const button of document.querySelectorAll("button[data-action=keys]")) {
    button.hidden = false;
    button.addEventListener("click", actions.keys);
  }
}

// Shift and an arrow move the ends of a run; being no characters, these keys are never switched off.
const arrows = { ArrowUp: "run ends earlier", ArrowDown: "run ends later", ArrowLeft: "run begins earlier", ArrowRight: "run begins later" };

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, dialog")) return;
  const found = Object.entries(keys()).find(([, key]) => key && key === event.key);
  const action = found ? found[0] : event.shiftKey && arrows[event.key];
  if (!action) return;
  event.preventDefault();
  waiting.push(actions[action]);
  work();
});

addEventListener("popstate", () => location.reload());

document.addEventListener("submit", event => {
  if (event.target.method !== "post") return;
  event.preventDefault();
  waiting.push(() => send(event.target, event.submitter));
  work();
});

document.addEventListener("focusin", event => {
  const block = event.target.closest(".block");
  // Only who came by key is scrolled to it: under a mouse, a button that moves between press and release is not clicked.
  if (block && !block.classList.contains("current")) stand(block, false, event.target.matches(":focus-visible"));
});

ready();
if (main().dataset.at) standWhereAsked();
else standWhereAsked(false);
