import { describe, expect, test } from 'vitest'
import { parseRedisUrl } from '../../../workshop/redis/index.ts'
import { complaintAbout } from './redis-support.ts'

describe('an invalid REDIS_URL is refused', () => {
  test.each([
    ['', 'it is not a URL'],
    ['127.0.0.1:6379', 'it is not a URL'],
    ['redis://:secret@host:port', 'it is not a URL'],
    ['redis:127.0.0.1', 'it names no host'],
    ['redis://', 'it names no host'],
    ['redis://127.0.0.1:0', 'its port is 0'],
    ['redis://:secret%zz@127.0.0.1', 'its password has a % that is not percent-encoding'],
    ...['/', '?', '#'].flatMap((sign) =>
      [
        `redis://ada:12${sign}secret@127.0.0.1`,
        `redis://:se${sign}cret@127.0.0.1:6379`,
        `redis://:p@secret${sign}x@127.0.0.1`,
        `rediss://ada:secret${sign}1/@x@127.0.0.1`,
      ].map((url) => [url, 'a password must not hold / \\? or #']),
    ),
  ])('%j', async (url, what) => {
    expect(await complaintAbout(url)).toMatch(
      new RegExp(`^REDIS_URL is malformed: ${what}\\. Expected redis://.*percent-encode it`),
    )
  })

  test.each(['http://127.0.0.1:6379', 'secret:x@127.0.0.1', 'localhost:6379'])(
    '%j',
    async (url) => {
      expect(await complaintAbout(url)).toBe(
        'REDIS_URL must begin with redis:// (or rediss:// for TLS)',
      )
    },
  )

  test('a valid REDIS_URL is parsed', () => {
    expect(parseRedisUrl('rediss://ada:s%C3%A9cret%40%3A%2F@[::1]:6380/1')).toEqual({
      host: '::1',
      port: 6380,
      tls: true,
      username: 'ada',
      password: 'sécret@:/',
    })
    expect(parseRedisUrl('redis://localhost')).toEqual({
      host: 'localhost',
      port: 6379,
      tls: false,
    })
  })
})
