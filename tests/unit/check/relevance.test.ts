import { expect, test } from 'vitest'
import type { AppEvidence, Evidence } from '../../../workshop/check/evidence.ts'
import { relevantOutput } from '../../../workshop/check/relevance.ts'

function appThat(name: string, prints: [seq: number, text: string][]): AppEvidence {
  const lines = prints.map(([seq, text]) => ({ seq, text, stream: 'stdout', at: 0 }))
  return { name, lines, wire: [] } as unknown as AppEvidence
}

test('without an app at fault, the lines of the app that printed last come last', () => {
  const apps = [
    appThat('worker.1', [
      [3, 'worker.1 started'],
      [9, 'ignored, not a job'],
    ]),
    appThat('web.1', [[2, 'web.1 started']]),
  ]
  expect(relevantOutput({ apps, app: undefined } as unknown as Evidence, '/')).toEqual([
    'web.1 | web.1 started',
    'worker.1 | worker.1 started',
    'worker.1 | ignored, not a job',
  ])
})
