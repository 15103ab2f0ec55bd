import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../../workshop/paths.ts'
import { fieldsOf, textOf, textsOf } from './fields.ts'
import { readYaml } from './yaml.ts'

/** The part of a service in docker-compose.yml that these tests read. */
export interface Service {
  name: string
  /** All its fields. */
  fields: Record<string, unknown>
  profiles: string[]
  /** Entrypoint and command. */
  command: string[]
  environment: Record<string, string>
  /** The command of its health check, if it has one. */
  check: string[] | undefined
  /** The time between SIGTERM and SIGKILL. */
  graceMs: number
}

/** The services of docker-compose.yml, each variable with its default. */
export async function readCompose(): Promise<Service[]> {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  const whole = await readYaml(text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'))
  return Object.entries(fieldsOf(fieldsOf(whole)['services'])).map(([name, fields]) =>
    service(name, fieldsOf(fields)),
  )
}

function service(name: string, fields: Record<string, unknown>): Service {
  const { test, disable } = fieldsOf(fields['healthcheck'])
  const [kind, ...check] = disable === true ? [] : textsOf(test ?? [])
  if (kind !== undefined && kind !== 'CMD') throw new Error(`${name}'s check needs a shell`)
  const environment = Object.entries(fieldsOf(fields['environment']))
  return {
    name,
    fields,
    profiles: textsOf(fields['profiles'] ?? []),
    command: [...textsOf(fields['entrypoint'] ?? []), ...textsOf(fields['command'] ?? [])],
    environment: Object.fromEntries(environment.map(([key, value]) => [key, textOf(value)])),
    check: kind === undefined ? undefined : check,
    // The default of Docker.
    graceMs: fields['stop_grace_period']
      ? seconds(textOf(fields['stop_grace_period']))
      : 10_000,
  }
}

function seconds(text: string): number {
  const [, number] = /^(\d+)s$/.exec(text) ?? []
  if (number === undefined) throw new Error(`expected seconds such as 5s, not ${text}`)
  return Number(number) * 1000
}
