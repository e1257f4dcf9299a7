// Keeps the page up to date. Plain JavaScript for browsers: nothing compiles it.
import { ratesBetween } from './rates.js';
import { announcementOf, renderState, titleOf } from './render.js';

const INTERVAL_MS = 2_000;
/** What one look adds comes in whole transactions: over some of them the rate is steady. */
const RATE_OVER_SECONDS = 10;

/** The looks of the last seconds, the oldest first. */
let looks = [];
let announced = null;

await look();
setInterval(look, INTERVAL_MS);
document.addEventListener('visibilitychange', look);

async function look() {
  // Nobody looks: do not ask, either.
  if (document.hidden) return;
  try {
    const response = await fetch('status', { signal: AbortSignal.timeout(5_000), cache: 'no-store' });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    show(await response.json());
    setText('connection', '');
  } catch {
    const { textContent: then } = document.querySelector('#state time');
    setText('connection', `otelrows does not answer. This is its state of ${then}.`);
  }
}

function show(status) {
  const before = looks.at(-1);
  // Another version has another page.
  if (before !== undefined && before.version !== status.version) return location.reload();
  // Started again, or an answer that comes late.
  if (before !== undefined && status.uptimeSeconds <= before.uptimeSeconds) looks = [];
  while (looks.length > 1 && status.uptimeSeconds - looks[1].uptimeSeconds >= RATE_OVER_SECONDS)
    looks.shift();
  const rates = ratesBetween(looks[0] ?? null, status);
  looks.push(status);

  document.title = titleOf(status);
  const state = document.createElement('template');
  state.innerHTML = `\n${renderState(status, rates).text}\n`;
  update(document.getElementById('state'), state.content);

  const announcement = announcementOf(status);
  // What was there when the page was opened is read with it.
  if (announced !== null && announced !== announcement) setText('announcement', announcement);
  announced = announcement;
}

function setText(id, text) {
  const element = document.getElementById(id);
  // The same text once more would be read aloud once more.
  if (element.textContent !== text) element.textContent = text;
}

/** Makes the content of a node like that of another, and leaves alone what is equal: focus, selection and scrolling stay. */
function update(node, wanted) {
  for (const child of [...node.childNodes].slice(wanted.childNodes.length)) child.remove();
  [...wanted.childNodes].forEach((child, i) => {
    const there = node.childNodes[i];
    if (there === undefined) node.append(child.cloneNode(true));
    else if (there.nodeName !== child.nodeName) there.replaceWith(child.cloneNode(true));
    else if (there.nodeType !== Node.ELEMENT_NODE) {
      if (there.data !== child.data) there.data = child.data;
    } else {
      for (const { name } of [...there.attributes])
        if (!child.hasAttribute(name)) there.removeAttribute(name);
      for (const { name, value } of child.attributes)
        if (there.getAttribute(name) !== value) there.setAttribute(name, value);
      update(there, child);
    }
  });
}
