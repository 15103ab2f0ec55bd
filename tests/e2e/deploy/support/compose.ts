import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../../workshop/paths.ts'
import { fieldsOf, textOf, textsOf } from './fields.ts'
import { readYaml } from './yaml.ts'

/** A service of docker-compose.yml, as far as these tests look at it. */
export interface Service {
  name: string
  /** Everything it says. */
  says: Record<string, unknown>
  profiles: string[]
  /** Word by word: what is started. */
  command: string[]
  environment: Record<string, string>
  /** The command that looks whether it is well; undefined when nobody looks. */
  check: string[] | undefined
  /** How long it may take to end. */
  graceMs: number
}

/** The services of docker-compose.yml, each variable with its default. */
export async function readCompose(): Promise<Service[]> {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  const whole = await readYaml(text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'))
  return Object.entries(fieldsOf(fieldsOf(whole)['services'])).map(([name, said]) =>
    service(name, fieldsOf(said)),
  )
}

function service(name: string, says: Record<string, unknown>): Service {
  const { test, disable } = fieldsOf(says['healthcheck'])
  const [kind, ...check] = disable === true ? [] : textsOf(test ?? [])
  if (kind !== undefined && kind !== 'CMD') throw new Error(`${name}'s check needs a shell`)
  const environment = Object.entries(fieldsOf(says['environment']))
  return {
    name,
    says,
    profiles: textsOf(says['profiles'] ?? []),
    command: [...textsOf(says['entrypoint'] ?? []), ...textsOf(says['command'] ?? [])],
    environment: Object.fromEntries(environment.map(([key, value]) => [key, textOf(value)])),
    check: kind === undefined ? undefined : check,
    // What Docker does when nothing is said.
    graceMs: says['stop_grace_period'] ? seconds(textOf(says['stop_grace_period'])) : 10_000,
  }
}

function seconds(text: string): number {
  const [, number] = /^(\d+)s$/.exec(text) ?? []
  if (number === undefined) throw new Error(`expected seconds such as 5s, not ${text}`)
  return Number(number) * 1000
}
