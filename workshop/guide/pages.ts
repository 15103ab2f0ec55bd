import type { Step } from '../course/index.ts'
import { escapeHtml, htmlPage, jsonInScript } from '../web/index.ts'
import { guidePlace, lessonHtml, neighbors, pageHtml } from './lesson-html.ts'
import type { DrillInfo, PageData, StepInfo } from './protocol.ts'
import type { WireInfo } from './wire-server.ts'
import { linkLabel, nextStep, stepLabel, tally } from './step-label.ts'

const guideStyle = '<link rel="stylesheet" href="/guide.css">'

interface Frame {
  title: string
  steps?: StepInfo[]
  slug?: string
  main: string
  data?: PageData
  /** What starts its server. */
  command?: string
}

/** The first page: every step, and which is next. */
export function overviewPage(steps: StepInfo[]): string {
  const next = nextStep(steps)
  const rows = steps.map((step) => {
    const [word, mark] = stepLabel(step, steps)
    return `<li class="${word.replaceAll(' ', '-')}"><a href="/step/${step.slug}"><span class="number">${step.number}</span><span class="title">${escapeHtml(step.title)}</span><span class="minutes">${step.minutes ? `${step.minutes} min` : ''}</span><span class="state"><span aria-hidden="true">${mark}</span> ${word}</span></a></li>`
  })
  const isNew = steps.every(({ state }) => state === 'open')
  const begin = next
    ? `<p><a class="button primary" href="/step/${next.slug}">${isNew ? 'Begin with' : 'Go on with'} step ${next.number}</a></p>`
    : '<p>Every step has passed. Your app runs on as many instances as you like.</p>'
  return frame({
    title: 'One Node app, several instances, one Redis',
    steps,
    main: `<main class="overview" id="content"><h1>One Node app, several instances, one Redis</h1>
<p class="lead">Read, run, see it fail, repair it. Every message between your instances and Redis is shown while it travels.</p>
${begin}
<div id="home-stage"></div>
<p class="quiet"><span id="tally">${tally(steps)}</span></p>
<ol class="steps" id="steps">${rows.join('\n')}</ol></main>`,
  })
}

/** The page of a step: its lesson, and the bench on which it runs. */
export function stepPage(
  step: Step,
  steps: StepInfo[],
  drills: DrillInfo[],
  nonce = '',
): string {
  const { number, slug, title } = step
  const { hints: shown = 0, minutes } = steps.find((info) => info.slug === slug) ?? {}
  return frame({
    title: `Step ${number} · ${title}`,
    steps,
    slug,
    data: pageData(step, drills, nonce),
    main: `<main class="split" id="content">
<article id="lesson" tabindex="-1" aria-label="Lesson">
<p class="eyebrow">Step ${number} of ${steps.length}${minutes ? ` · ${minutes} minutes` : ''}</p>
<h1>${escapeHtml(title)}</h1>
${lessonHtml(step, shown)}
${neighbors(steps, slug, (other) => `/step/${other}`)}
</article>
<section id="bench" tabindex="-1" aria-label="Run and check"><p class="quiet">Running and checking need JavaScript.</p></section>
</main>`,
  })
}

/** The run of a step alone, for a frame on a slide. */
export function stagePage(step: Step): string {
  const title = `Step ${step.number} · ${step.title}, on the stage`
  return htmlPage({
    title,
    head: guideStyle,
    body: `<main><h1 class="sr">${escapeHtml(title)}</h1><div id="stage"></div></main>
${guideScript(pageData(step))}`,
  })
}

function pageData(step: Step, drills: DrillInfo[] = [], nonce = ''): PageData {
  const { slug, entries, todoFiles: files, lesson } = step
  return { slug, entries, goals: lesson.goals, files, drills, nonce }
}

/** The words that the lessons use. @param source GLOSSARY.md */
export function glossaryPage(source: string, steps: StepInfo[]): string {
  return frame({
    title: 'Glossary',
    steps,
    main: `<main class="overview" id="content">${pageHtml(source, guidePlace)}</main>`,
  })
}

/** The traffic of programs that the workshop did not start. */
export function wirePage({ address, redis }: WireInfo): string {
  return frame({
    title: `The wire to ${redis}`,
    command: 'npm run wire',
    main: `<main class="overview wire" id="content"><h1>Where did my message go?</h1>
<p class="lead">Connect your programs to <code>${escapeHtml(address)}</code>. It leads to <code>${escapeHtml(redis)}</code>.</p>
<div id="wire"><p class="quiet">This page needs JavaScript.</p></div></main>`,
  })
}

/** There is no such page. */
export function missingPage(steps: StepInfo[]): string {
  return frame({
    title: 'There is no such page',
    steps,
    main: '<main class="overview" id="content"><h1>There is no such page</h1><p><a class="button primary" href="/">To the steps</a></p></main>',
  })
}

function frame({ title, steps = [], slug, main, data, command = 'npm start' }: Frame): string {
  const links = steps.map((step) => {
    const here = step.slug === slug ? ' aria-current="page"' : ''
    const tick = step.state === 'passed' ? '<span class="tick" aria-hidden="true">✓</span>' : ''
    // `Publish and subscribe: messages between instances`
    const [name = ''] = step.title.split(': ')
    const label = escapeHtml(linkLabel(step))
    return `<li><a href="/step/${step.slug}"${here} aria-label="${label}" title="${label}" data-slug="${step.slug}">${step.number} <span class="name">${escapeHtml(name)}</span>${tick}</a></li>`
  })
  const body = `<a class="skip" href="#content">Skip to the content</a>
${data ? '<a class="skip" href="#bench">Skip to running and checking</a>\n' : ''}<header class="top">
<a class="home" href="/">Instances<span class="quiet"> &amp; Redis</span></a>
${steps.length > 0 ? `<nav aria-label="Steps"><ol>${links.join('')}</ol></nav>\n` : ''}<p id="connection" role="status" data-command="${command}"></p>
</header>
${main}
${guideScript(data ?? null)}`
  return htmlPage({ title, head: guideStyle, body })
}

function guideScript(data: PageData | null): string {
  return `<script type="application/json" id="data">${jsonInScript(data)}</script>
<script type="module" src="/guide.js"></script>`
}
