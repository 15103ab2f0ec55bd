import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
} from '../../../workshop/check/suite.ts'
import * as login from '../../shared/redis-connection/login.ts'

// From the first packet to the moment Redis lets the program in.

const withUsername = "if (username) return command('AUTH', username, password)"
const withPassword = "return password ? command('AUTH', password) : ''"
const servername = "servername: net.isIP(host) ? '' : host"
const isTls = "tls: url.protocol === 'rediss:'"
const [username, password] = [
  'decodeURIComponent(url.username)',
  'decodeURIComponent(url.password)',
]

/** Wrong programs that prove what can go wrong with TLS, username and password. */
export const letIn: KnownMistake[] = [
  withWrongPrograms(login.downgraded, {
    'never TLS': replaceIn('redis-url.ts', isTls, 'tls: false'),
  }),
  withWrongPrograms(login.alwaysTls, {
    'always TLS': replaceIn('redis-url.ts', isTls, 'tls: true'),
  }),
  withWrongPrograms(login.certificateRefused, {
    'the name of another host': replaceIn('ping.ts', servername, "servername: 'redis.example'"),
  }),
  withWrongPrograms(login.noLogin, {
    'PING alone': replaceIn('ping.ts', 'auth(address) + ', ''),
  }),
  withWrongPrograms(login.loginTooLate, {
    'PING, AUTH': replaceIn(
      'ping.ts',
      "auth(address) + command('PING')",
      "command('PING') + auth(address)",
    ),
  }),
  withWrongPrograms(login.loginWithNothing, {
    'an empty password': replaceIn('ping.ts', withPassword, "return command('AUTH', password)"),
    'two empty ones': replaceIn(
      'ping.ts',
      withPassword,
      "return command('AUTH', username, password)",
    ),
  }),
  withWrongPrograms(login.usernameDropped, {
    'the password is enough': replaceIn('ping.ts', withUsername, ''),
  }),
  withWrongPrograms(login.swapped, {
    'password, username': replaceIn(
      'ping.ts',
      withUsername,
      "if (username) return command('AUTH', password, username)",
    ),
  }),
  withWrongPrograms(login.inventedUsername, {
    'an empty one': replaceIn(
      'ping.ts',
      withUsername,
      "if (password) return command('AUTH', username, password)",
    ),
  }),
  withWrongPrograms(login.usernameNotDecoded, {
    'as it stands in the URL': replaceIn('redis-url.ts', username, 'url.username'),
  }),
  withWrongPrograms(login.usernameCut, {
    'up to the @': replaceIn('redis-url.ts', username, "url.username.split('%')[0] ?? ''"),
  }),
  withWrongPrograms(login.passwordNotDecoded, {
    'as it stands in the URL': replaceIn('redis-url.ts', password, 'url.password'),
  }),
  withWrongPrograms(login.passwordCut, {
    'with the @ after it': replaceIn(
      'ping.ts',
      withPassword,
      withPassword.replace('password)', "password + '@')"),
    ),
  }),
]
