import { type Step, minutesOf } from '../course/index.ts'
import { captionOf } from '../guide/client/captions.ts'
import { type Place, lessonHtml, neighbors, pageHtml } from '../guide/lesson-html.ts'
import { framesOf } from '../guide/trace.ts'
import { type Deck, type Sources, slidesHtml } from '../slides/index.ts'
import { escapeHtml, highlightTs } from '../web/index.ts'
import type { RecordedProgram, Recording } from '../guide/recorded.ts'

/** A page of the site. All lie in one folder, so that every address is relative. */
export interface Page {
  /** `03-publish-subscribe.html` */
  file: string
  title: string
  /** For search engines and previews. */
  description: string
  /** What is read: also what the search looks through. */
  main: string
  /** A deck has no bar above it. Of code the search knows the names of the files alone. */
  kind: 'page' | 'code' | 'deck'
  /** What its script is given. */
  data?: unknown
}

const place: Place = {
  pictures: 'pictures/',
  link: (href) =>
    href
      .replace(/^(?:\.\.\/|steps\/)(\d\d-[\w-]+)\/README\.md/, '$1.html')
      .replace(/^(?:\.\.\/\.\.\/)?GLOSSARY\.md/, 'glossary.html')
      .replace(/^(?:\.\.\/\.\.\/)?DEPLOY\.md/, 'deploy.html')
      .replace(/^CLASSROOM\.md/, 'classroom.html')
      .replace(/^hints\.md/, '#hints')
      // Any other file of the project is copied to be looked at.
      .replace(/^(?!https?:)[\w./-]+$/, (path) =>
        path.endsWith('.html') ? path : `files/${path}.txt`,
      ),
  newTabs: false,
  underCommands: (lines) =>
    lines.some((line) => line.startsWith('$ npm '))
      ? '<p class="on-your-machine">Runs on your machine: <a href="index.html#install">install the workshop</a>.</p>\n'
      : '',
  underTasks: ({ slug }) =>
    `<p class="on-your-machine">On your machine you edit these files in <code>steps/${slug}/</code>.</p>\n`,
}

/** The first page. */
export function homePage(steps: readonly Step[]): Page {
  const rows = steps.map(
    ({ number, slug, title, lesson }) =>
      `<li><a href="${slug}.html"><span class="number">${number}</span><span class="title">${escapeHtml(title)}</span><span class="minutes">${lesson.minutes ? `${lesson.minutes} min` : ''}</span></a></li>`,
  )
  const [first] = steps
  return {
    file: 'index.html',
    kind: 'page',
    title: 'One Node app, several instances, one Redis',
    description:
      'Run a Node.js app on more than one instance: small steps from PING to a clustered Socket.IO chat, on a real Redis, with checks that read the wire.',
    main: `<main class="overview" id="content"><h1>One Node app, several instances, one Redis</h1>
<p class="lead">On a platform your app runs as several instances that share no memory. Here you meet each problem that follows, and solve it with Redis.</p>
<p><a class="button primary" href="${first?.slug}.html">Read step 1</a> <a class="button" href="#install">Install it</a></p>
<h2 id="steps">The steps</h2>
<ol class="steps">${rows.join('\n')}</ol>
<h2 id="install">Do it yourself</h2>
<p>You need Node.js and an editor. The workshop finds or downloads a real Redis, runs your instances, checks your code, and names the mistake.</p>
<pre class="console" tabindex="0"><code><span class="prompt" aria-hidden="true">$ </span><kbd>npm install &amp;&amp; npm start</kbd></code></pre>
</main>`,
  }
}

/** A lesson. @param recording what `npm run record` has written of the step */
export function lessonPage(
  step: Step,
  steps: readonly Step[],
  recording: Recording | undefined,
): Page {
  const { number, slug, title, lesson } = step
  const minutes = lesson.minutes ? ` · ${lesson.minutes} minutes` : ''
  const html = lessonHtml(step, Infinity, place)
  return {
    file: `${slug}.html`,
    kind: 'page',
    ...(recording && { data: recording.programs }),
    title: `Step ${number} · ${title}`,
    description: firstParagraph(html),
    main: `<main id="content"><article id="lesson">
<p class="eyebrow">Step ${number} of ${steps.length}${minutes}</p>
<h1>${escapeHtml(title)}</h1>
${html.replace(hintsBegin, () => (recording ? runsHtml(recording) : '') + hintsBegin)}
<p class="more"><a href="slides-${slug}.html">Slides of this step</a> <a href="solution-${slug}.html">The solution</a></p>
${neighbors(steps, slug, (other) => `${other}.html`)}
</article></main>`,
  }
}

// The runs follow what shows them on one's own machine.
const hintsBegin = '<section aria-labelledby="hints">'

// The recorded runs of a step in words. With a script they are played instead.
function runsHtml({ programs: [solution, ...wrong] }: Recording): string {
  return `<section class="runs" aria-labelledby="recorded-runs"><h2 id="recorded-runs">Recorded runs</h2>
<p>The same scene with the solution, and with programs that have a mistake. Each was recorded on a real Redis.</p>
<div id="runs"><div><h3>As it should be</h3>${solution ? runHtml(solution) : ''}</div>
<div><h3>What goes wrong</h3>${wrong.map((one) => `<h4>${escapeHtml(one.title)}</h4>${runHtml(one)}`).join('\n')}</div></div></section>
`
}

function runHtml({ trace, failure }: RecordedProgram): string {
  const [, ...frames] = framesOf(trace)
  const rows = frames.map((frame) => `<li>${escapeHtml(captionOf(frame))}</li>`)
  const likely = failure ? `<p>The check reports: ${escapeHtml(failure.likely)}</p>` : ''
  return `${likely}<ol>${rows.join('')}</ol>`
}

/** The finished files of a step. @param files by name */
export function solutionPage(
  step: Step,
  steps: readonly Step[],
  files: Readonly<Record<string, string>>,
): Page {
  const { number, slug, title } = step
  const parts = Object.entries(files).map(([name, text]) => {
    const lines = text.trimEnd().split('\n')
    const rows = lines.map((line) =>
      name.endsWith('.ts') ? highlightTs(line) : escapeHtml(line),
    )
    const id = name.replaceAll(/\W+/g, '-')
    const unchanged = step.todoFiles.includes(name) ? '' : ' <span class="quiet">given</span>'
    return `<section aria-labelledby="${id}"><h2 id="${id}"><code>${escapeHtml(name)}</code>${unchanged}</h2>\n<pre tabindex="0"><code>${rows.join('\n')}</code></pre></section>`
  })
  return {
    file: `solution-${slug}.html`,
    kind: 'code',
    title: `Solution of step ${number} · ${title}`,
    description: `The finished files of step ${number}, ${title}.`,
    main: `<main id="content"><article id="lesson" class="solution">
<p class="eyebrow">Solution of step ${number}</p>
<h1>${escapeHtml(title)}</h1>
<p class="on-your-machine">To run it on your machine: <kbd>npm run solution ${number}</kbd>. <a href="${slug}.html">Back to the lesson</a>.</p>
${parts.join('\n')}
${neighbors(steps, slug, (other) => `solution-${other}.html`)}
</article></main>`,
  }
}

/** A page of Markdown. */
export function textPage(file: string, title: string, source: string): Page {
  const html = pageHtml(source, place)
  return {
    file,
    kind: 'page',
    title,
    description: firstParagraph(html),
    main: `<main id="content"><article id="lesson">${html}</article></main>`,
  }
}

/** The list of all decks. */
export function decksPage(decks: readonly Deck[]): Page {
  const rows = decks.map(
    ({ slug, title, slides, step }) =>
      `<li><a href="slides-${slug}.html"><span class="number">${step?.number ?? ''}</span><span class="title">${escapeHtml(title)}</span><span class="minutes">${minutesOf(slides)} min</span></a></li>`,
  )
  return {
    file: 'slides.html',
    kind: 'page',
    title: 'Slides',
    description: 'A deck for each step, with notes for the speaker.',
    main: `<main class="overview" id="content"><h1>Slides</h1>
<p class="lead">One deck for each step, one to open the day and one to close it. Press <kbd>S</kbd> for the speaker view, <kbd>?</kbd> for all keys.</p>
<ol class="steps">${rows.join('\n')}</ol></main>`,
  }
}

/** A deck. */
export function deckPage(sources: Sources): Page {
  const { slug, title, step } = sources.deck
  const back = step ? `${slug}.html` : 'slides.html'
  return {
    file: `slides-${slug}.html`,
    kind: 'deck',
    title: `Slides · ${title}`,
    description: `Slides: ${title}.`,
    main: `<main><div class="reveal"><div class="slides">\n${slidesHtml({ ...sources, isFile: true })}\n</div></div><a class="leave" href="${back}">${step ? 'To the lesson' : 'To all decks'}</a></main>`,
  }
}

const longestDescription = 180

function firstParagraph(html: string): string {
  const text = plainText(/<p>([^]*?)<\/p>/.exec(html)?.[1] ?? '')
  return text.length > longestDescription ? `${text.slice(0, longestDescription - 1)}…` : text
}

const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** What is read of a piece of HTML that was made here. */
export function plainText(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
