import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

const withUsername = "if (username) return command('AUTH', username, password)"
const withPassword = "return password ? command('AUTH', password) : ''"
const servername = "servername: net.isIP(host) ? '' : host"
const isTls = "tls: url.protocol === 'rediss:'"
const [username, password] = [
  'decodeURIComponent(url.username)',
  'decodeURIComponent(url.password)',
]

/** Wrong ways to use TLS, username and password. */
export const login: WrongPrograms = {
  's1-rediss-downgraded': {
    'never TLS': replaceIn('redis-url.ts', isTls, 'tls: false'),
  },
  's1-tls-always': { 'always TLS': replaceIn('redis-url.ts', isTls, 'tls: true') },
  's1-certificate-refused': {
    'the name of another host': replaceIn(
      'socket.ts',
      servername,
      "servername: 'redis.example'",
    ),
  },
  's1-no-auth': {
    'PING alone': replaceIn('ping.ts', 'auth(address) + ', ''),
    'only with a username': replaceIn('ping.ts', withPassword, "return ''"),
  },
  'redis-error': {
    'AUTH and its arguments as one word': combine(
      replaceIn(
        'ping.ts',
        withUsername,
        'if (username) return command(`AUTH ${username} ${password}`)',
      ),
      replaceIn('ping.ts', withPassword, "return password ? command(`AUTH ${password}`) : ''"),
    ),
  },
  's1-auth-on-other-connection': {
    'a connection for each command': combine(
      replaceIn(
        'ping.ts',
        'async function sendPing(address: RedisAddress): Promise<void> {',
        `async function sendPing(address: RedisAddress): Promise<void> {
  const login = auth(address)
  if (login) await send(address, login, '+OK')
  await send(address, command('PING'), '+PONG')
}

async function send(address: RedisAddress, text: string, wanted: string): Promise<void> {`,
      ),
      replaceIn('ping.ts', "auth(address) + command('PING')", 'text'),
      replaceIn('ping.ts', "'+PONG') return //", 'wanted) return //'),
    ),
  },
  's1-auth-after-ping': {
    'PING, AUTH': replaceIn(
      'ping.ts',
      "auth(address) + command('PING')",
      "command('PING') + auth(address)",
    ),
  },
  's1-auth-without-credentials': {
    'an empty password': replaceIn('ping.ts', withPassword, "return command('AUTH', password)"),
    'two empty ones': replaceIn(
      'ping.ts',
      withPassword,
      "return command('AUTH', username, password)",
    ),
  },
  's1-username-dropped': {
    'the password is enough': replaceIn('ping.ts', withUsername, ''),
    'both as one argument': replaceIn(
      'ping.ts',
      withUsername,
      "if (username) return command('AUTH', `${username}:${password}`)",
    ),
  },
  's1-username-and-password-swapped': {
    'password, username': replaceIn(
      'ping.ts',
      withUsername,
      "if (username) return command('AUTH', password, username)",
    ),
  },
  's1-username-invented': {
    'an empty one': replaceIn(
      'ping.ts',
      withUsername,
      "if (password) return command('AUTH', username, password)",
    ),
  },
  's1-username-not-decoded': {
    'as it is in the URL': replaceIn('redis-url.ts', username, 'url.username'),
  },
  's1-username-cut': {
    'up to the @': replaceIn('redis-url.ts', username, "url.username.split('%')[0] ?? ''"),
  },
  's1-password-not-decoded': {
    'as it is in the URL': replaceIn('redis-url.ts', password, 'url.password'),
    'up to its colon': replaceIn('redis-url.ts', password, `${password}.split(':')[0] ?? ''`),
  },
  's1-plus-decoded': {
    'as in a form': replaceIn(
      'redis-url.ts',
      password,
      "decodeURIComponent(url.password.replaceAll('+', ' '))",
    ),
  },
  's1-password-cut': {
    'with the @ after it': replaceIn(
      'ping.ts',
      withPassword,
      withPassword.replace('password)', "password + '@')"),
    ),
  },
}
