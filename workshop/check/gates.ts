import { basename, join } from 'node:path'
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'
import { createVitest } from 'vitest/node'
import { UserError } from '../errors.ts'
import { root } from '../paths.ts'
import type { Failure, GoalResult, Target, Verdict } from './verdict.ts'

/** Runs the gates in tests/ with Vitest: for `npm run check`. */
export class Gates {
  private constructor(
    private readonly vitest: Vitest,
    private readonly collector: Collector,
  ) {}

  /** Starts Vitest. No gate runs yet. */
  static async open(): Promise<Gates> {
    const collector = new Collector()
    const vitest = await createVitest('test', {
      config: join(root, 'tests', 'vitest.config.ts'),
      watch: false,
      reporters: [collector],
    })
    await vitest.standalone()
    return new Gates(vitest, collector)
  }

  /**
   * Runs gates, each against its folder.
   *
   * @param targets by slug
   * @returns a verdict for each, in the order of the slugs
   * @throws whatever went wrong in the workshop itself
   */
  async run(targets: Record<string, Target>): Promise<Verdict[]> {
    const slugs = Object.keys(targets)
    this.collector.begin()
    this.vitest.provide('targets', targets)
    const files = slugs.map((slug) => join(root, 'tests', `${slug}.test.ts`))
    const gates = await this.vitest.globTestSpecifications(files)
    await this.vitest.runTestSpecifications(gates, true)
    this.collector.rethrow()
    return slugs.map((slug) => this.collector.verdict(slug, targets[slug]))
  }

  /** Ends Vitest. */
  async close(): Promise<void> {
    await this.vitest.close()
  }
}

// Takes the results out of Vitest as they come. It prints nothing.
class Collector implements Reporter {
  private results = new Map<string, Map<string, GoalResult>>()
  private order = new Map<string, string[]>()
  private times = new Map<string, number>()
  private errors: unknown[] = []

  begin(): void {
    this.results = new Map()
    this.order = new Map()
    this.times = new Map()
    this.errors = []
  }

  onTestCaseReady(test: TestCase): void {
    const slug = slugOf(test.module)
    this.order.set(slug, [...(this.order.get(slug) ?? []), test.name])
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result()
    const failure: Failure | undefined = Reflect.get(test.meta(), 'failure')
    if (state === 'skipped') return
    if (state === 'failed' && !failure) this.errors.push(...errors)
    const result: GoalResult = {
      goal: test.name,
      passed: state === 'passed',
      ms: Math.round(test.diagnostic()?.duration ?? 0),
      ...(failure && { failure }),
    }
    const slug = slugOf(test.module)
    const results = this.results.get(slug) ?? new Map<string, GoalResult>()
    this.results.set(slug, results.set(test.name, result))
  }

  onTestModuleEnd(gate: TestModule): void {
    this.times.set(slugOf(gate), Math.round(gate.diagnostic().duration))
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    this.errors.push(...errors, ...modules.flatMap((module) => module.errors()))
  }

  // What goes wrong inside a gate arrives as plain data; it becomes an error again here.
  rethrow(): void {
    const [first] = this.errors
    if (first === undefined) return
    const unknown = { name: '', message: 'a gate failed, and nobody knows why', stack: '' }
    const { name, message, stack } = { ...unknown, ...Object(first) }
    if (name === 'UserError') throw new UserError(message)
    throw Object.assign(new Error(message), stack && { stack })
  }

  verdict(slug: string, target: Target | undefined): Verdict {
    if (!target) throw new Error(`no target for ${slug}`)
    const results = this.results.get(slug)
    const goals = (this.order.get(slug) ?? []).flatMap((name) => results?.get(name) ?? [])
    const passed = goals.length > 0 && goals.every((goal) => goal.passed)
    return { slug, target, passed, goals, ms: this.times.get(slug) ?? 0 }
  }
}

function slugOf({ moduleId }: TestModule): string {
  return basename(moduleId).replace('.test.ts', '')
}
