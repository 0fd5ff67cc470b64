// "Try it": a request to the sandbox's own service, and its answer.

import { fill, h, inWords, note, say } from './dom.js';
import { body, pretty } from './json.js';
import { t, told } from './lang.js';
import { to } from './route.js';

/** tryIt is {element, ask(outcome)}: ask sends the request for an outcome by name. */
export function tryIt(context, op, described) {
  const answer = h('div', { class: 'stack', 'aria-live': 'polite' });
  const wanted = h('select', { name: 'outcome' },
    h('option', { value: '' }, t('try.behaviour')), op.outcomes.map((o) => h('option', { value: o.name }, o.name)));
  const inputs = (described?.parameters ?? []).map(input);
  const sample = Object.values(described?.requestBody?.content?.['application/json']?.examples ?? {})[0]?.value;
  const text = op.method === 'GET' ? null : h('textarea', { name: 'body', spellcheck: 'false', class: 'mono' });
  if (text) text.value = sample === undefined ? '{}' : pretty(JSON.stringify(sample));
  if (text) text.rows = Math.min(20, text.value.split('\n').length + 2);
  const form = h('form', { class: 'stack', onsubmit: (event) => { event.preventDefault(); send(); } },
    inputs.length > 0 && h('div', { class: 'parameters' }, inputs.map((one) => one.element)),
    text && h('label', { class: 'field' }, t('try.body'), text),
    h('div', { class: 'try-line' },
      h('label', { class: 'field' }, t('try.outcome'), wanted),
      h('button', { type: 'submit', class: 'btn primary' }, t('try.send'))));
  const element = h('section', { class: 'try', 'aria-label': t('try.title') }, h('h3', {}, t('try.title')), form, answer);

  async function send() {
    fill(answer, h('p', { class: 'dim' }, t('try.waiting')));
    try {
      const started = performance.now();
      const response = await fetch(address(context.sandbox, op, inputs), {
        method: op.method,
        body: text?.value,
        headers: { ...(text && { 'Content-Type': 'application/json' }), ...(wanted.value && { Prefer: `outcome=${wanted.value}` }) },
      });
      const shown = await answerOf(response, context);
      fill(answer, shown, h('p', { class: 'dim small' }, t('try.took', { ms: Math.round(performance.now() - started) })));
      say(`${response.status} ${response.headers.get('Sim-Outcome') ?? ''}`);
    } catch (error) {
      fill(answer, note('bad', t('try.broke', { error: told(error.message).text })));
    }
  }

  async function ask(outcome) {
    wanted.value = outcome;
    element.scrollIntoView({ block: 'nearest' });
    await send();
    answer.scrollIntoView({ block: 'nearest' });
  }

  return { element, ask };
}

function input(parameter) {
  const { name, schema = {}, example, required } = parameter;
  const field = schema.enum
    ? h('select', { name }, schema.enum.map((v) => h('option', { value: v, selected: v === example }, v)))
    : h('input', { name, value: example ?? '', autocomplete: 'off' });
  return {
    name,
    where: parameter.in,
    value: () => field.value,
    element: h('label', { class: 'field' }, h('span', { class: 'mono' }, name, required && ' *'), field),
  };
}

function address(sandbox, op, inputs) {
  let path = op.path;
  const query = new URLSearchParams();
  for (const one of inputs) {
    if (one.where === 'path') path = path.replace(`{${one.name}}`, encodeURIComponent(one.value()));
    else if (one.value()) query.set(one.name, one.value());
  }
  return `${below(sandbox)}${path}${query.size > 0 ? `?${query}` : ''}`;
}

// A sandbox's own host names that sandbox already, the default one none.
function below(sandbox) {
  const bare = sandbox === 'default' && !location.hostname.endsWith('.localhost');
  return bare ? '' : `/s/${encodeURIComponent(sandbox)}`;
}

async function answerOf(response, context) {
  const type = response.headers.get('Content-Type') ?? '';
  const said = ['Sim-Outcome', 'Sim-Rule', 'Sim-Fault', 'Sim-Finding'].map((name) => [name, response.headers.get(name)]).filter(([, v]) => v);
  const id = response.headers.get('Sim-Request');
  const content = type.includes('json') || type.startsWith('text/')
    ? body(await response.text(), t('live.answer'))
    : h('p', { class: 'dim' }, t('try.file', { type, size: (await response.blob()).size }));
  return [
    h('p', { class: 'exchange-line' },
      h('span', { class: `status ${response.status >= 500 ? 'failed' : response.status >= 400 ? 'refused' : ''}` }, `HTTP ${response.status}`),
      id && h('a', { class: 'small', href: to(context.sandbox, 'live', id) }, t('try.live'))),
    said.length > 0 && h('dl', { class: 'facts mono small' }, said.map(([name, value]) => [h('dt', {}, name), h('dd', {}, name === 'Sim-Finding' ? inWords(value) : value)])),
    content,
  ];
}
