'use strict';
// Filters, keys, and a row lit with its place in the text. Everything can be read without this.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = id => document.getElementById(id);
const articles = all('.a');
const decisions = byId('texts');
const said = byId('said');

function say() {
  const shown = all('.a tr[id]').filter(row => getComputedStyle(row).display !== 'none' && getComputedStyle(row.parentNode).display !== 'none');
  said.textContent = shown.length.toLocaleString('en') + ' decisions shown';
}

function filter(box) {
  const name = box.id === 'alarms' ? 'only-alarms' : box.value.startsWith('-') ? `no-${box.value[1]}-layer` : `no-${box.value[0]}`;
  decisions.classList.toggle(name, box.id === 'alarms' ? box.checked : !box.checked);
}

function refilter() {
  all('#bar input:not(#keys)').forEach(filter);
  say();
}

let packed = {};

async function unpack() {
  const source = byId('packed');
  if (!source) return;
  const bytes = Uint8Array.from(atob(source.textContent), sign => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  packed = JSON.parse(await new Response(stream).text());
  source.remove();
}

// What is packed was escaped before, as all of this page.
function fill(article) {
  if (!Object.hasOwn(packed, article.id)) return;
  const template = document.createElement('template');
  template.innerHTML = packed[article.id];
  delete packed[article.id];
  article.querySelector('.packed').replaceWith(template.content);
}

function open(article) {
  fill(article);
  article.open = true;
}

function find(id) {
  const found = id && byId(id);
  if (found || !/^_?[0-9a-z]+$/.test(id)) return found;
  const holder = Object.keys(packed).find(key => packed[key].includes(` id=${id}>`) || packed[key].includes(` id=${id} `));
  if (holder) fill(byId(holder));
  return byId(id);
}

function reveal(target) {
  const article = target && target.closest('.a');
  if (article) open(article);
  return article;
}

function follow() {
  const target = find(location.hash.slice(1));
  if (reveal(target)) target.scrollIntoView();
}

function light(key) {
  all('.on').forEach(one => one.classList.remove('on'));
  for (const one of [byId(key), byId('_' + key)]) if (one) one.classList.add('on');
}

function keyOf(element) {
  const owner = element.closest('.a tr[id], .t [id]');
  return owner && owner.id.replace('_', '');
}

function step(listed, by) {
  const now = listed.findIndex(one => one === document.activeElement || one.contains(document.activeElement));
  const next = listed[now < 0 ? (by > 0 ? 0 : listed.length - 1) : (now + by + listed.length) % listed.length];
  if (!next) return;
  const focused = next.matches('.a') ? next.querySelector('summary') : next;
  reveal(next);
  focused.tabIndex = 0;
  focused.focus();
  focused.scrollIntoView({ block: 'center' });
  if (next.id && next.matches('tr')) light(next.id);
}

const rowsShown = () => all('.a[open] tr[id]').filter(row => row.offsetParent);
const KEYS = {
  j: () => step(articles, 1),
  k: () => step(articles, -1),
  n: () => step(rowsShown(), 1),
  p: () => step(rowsShown(), -1),
};

byId('bar').hidden = false;
byId('bar').addEventListener('change', refilter);
byId('all').addEventListener('click', () => articles.forEach(open));
byId('none').addEventListener('click', () => articles.forEach(one => { one.open = false; }));
decisions.addEventListener('pointerover', event => { const key = keyOf(event.target); if (key) light(key); });
addEventListener('hashchange', follow);
decisions.addEventListener('toggle', event => { if (event.target.open && event.target.matches('.a')) { fill(event.target); say(); } }, true);
addEventListener('beforeprint', () => articles.forEach(open));
addEventListener('keydown', event => {
  const typing = event.target.matches('input:not([type=checkbox]), textarea, select');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !byId('keys').checked || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});

articles.forEach((one, at) => { one.open = at === 0; });
unpack().then(() => {
  articles.filter(one => one.open).forEach(fill);
  follow();
  refilter();
});
