// Sandboxes: make, reset, delete; and of one what its tabs show.

import { coverage } from './coverage.js';
import { deliveries } from './deliveries.js';
import { arrows, button, fill, h, trouble } from './dom.js';
import { faults } from './faults.js';
import { t } from './lang.js';
import { makeSandbox } from './makesandbox.js';
import { overview } from './overview.js';
import { processes } from './processes.js';
import { profile } from './profile.js';
import { to } from './route.js';
import { scenario } from './scenario.js';
import { state } from './state.js';
import { verdict } from './verdict.js';

const tabs = { overview, scenario, verdict, faults, state, profile, coverage, processes, deliveries };

export function sandboxes(root, context) {
  const list = arrows(h('ol', { class: 'things' }));
  const problem = h('div', {});
  const links = Object.keys(tabs).map((name) => h('a', { href: to(context.sandbox, 'sandboxes', name) }, t(`sandboxes.${name}`)));
  const body = h('div', { class: 'scroll' });
  const beside = h('section', { class: 'beside', 'aria-label': context.sandbox },
    h('div', { class: 'bar' }, h('a', { class: 'btn quiet back', href: to(context.sandbox, 'sandboxes') }, `← ${t('page.sandboxes')}`),
      h('h2', { class: 'mono wrap' }, context.sandbox)),
    h('nav', { class: 'tabs', 'aria-label': t('sandboxes.about-one') }, links), body);
  const narrow = matchMedia('(max-width: 47.99rem)');
  const split = h('div', { class: 'split narrow-side' },
    h('section', { class: 'side', 'aria-label': t('page.sandboxes') },
      h('div', { class: 'bar' }, h('h2', { class: 'page-name grow' }, t('page.sandboxes')),
        button(t('sandboxes.new'), () => makeSandbox(context), 'primary', { disabled: Boolean(context.session.sandbox) })),
      problem, h('div', { class: 'scroll' }, list)),
    beside);
  fill(root, split);

  let leaveTab = () => {};
  let shown = '';
  let detail;

  async function load() {
    try {
      const all = await context.listSandboxes();
      fill(list, all.map((one) => item(one, context.sandbox, shown || 'overview')));
      fill(problem);
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  function open(name, part) {
    leaveTab();
    [shown, detail] = [name, part];
    links.forEach((link, i) => {
      if (Object.keys(tabs)[i] === name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    });
    links[Object.keys(tabs).indexOf(name)].scrollIntoView({ block: 'nearest', inline: 'center' }); // a narrow page has no room for all
    leaveTab = tabs[name](fill(body), context, load, part) ?? (() => {});
  }

  return {
    show([name, part]) {
      split.classList.toggle('alone', !name && narrow.matches);
      const wanted = name in tabs ? name : 'overview';
      if (wanted !== shown || part !== detail) open(wanted, part);
      load();
    },
    leave: () => leaveTab(),
  };
}

function item(one, current, tab) {
  const parts = [one.scenario, t('sandboxes.clock', { mode: t(`clock.${one.clock.mode}`, { speed: one.clock.speed ?? 1 }) }), t('sandboxes.requests', { n: one.requests }), one.away && t('sandboxes.away')];
  return h('li', {}, h('a', { href: to(one.id, 'sandboxes', tab), 'aria-current': one.id === current ? 'true' : null },
    h('span', { class: 'mono wrap' }, one.id),
    one.owner && h('span', { class: 'sub clip', title: one.owner }, one.owner),
    h('span', { class: 'sub' }, parts.filter(Boolean).join(' · '))));
}
