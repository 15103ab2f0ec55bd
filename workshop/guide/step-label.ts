import type { StepInfo } from './protocol.ts'

/** How a step stands, in a word or two and as a sign. Server and pages render the same. */
export function stepLabel(step: StepInfo, steps: readonly StepInfo[]): [string, string] {
  if (step.state === 'passed') return ['passed', '✓']
  if (step.state === 'changed') return ['changed since it passed', '']
  return step === nextStep(steps) ? ['next', '→'] : ['not yet', '']
}

/** What a link to a step is called: `Step 3: Publish and subscribe, 30 minutes, passed`. */
export function linkLabel({ number, title, minutes, state }: StepInfo): string {
  const facts = [
    `Step ${number}: ${title}`,
    minutes === undefined ? '' : `${minutes} minutes`,
    state === 'passed' ? 'passed' : '',
  ]
  return facts.filter(Boolean).join(', ')
}

/** The first step to be done; undefined when there is none. */
export function nextStep(steps: readonly StepInfo[]): StepInfo | undefined {
  return steps.find(({ state }) => state === 'open' || state === 'starter')
}

/** `2 of 9 passed` */
export function tally(steps: readonly StepInfo[]): string {
  return `${steps.filter(({ state }) => state === 'passed').length} of ${steps.length} passed`
}
