import { type Mistake, change, provenBy } from '../../support/index.ts'
import * as login from '../shared/login.ts'

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
export const letIn: Mistake[] = [
  provenBy(login.downgraded, {
    'never TLS': change('redis-url.ts', isTls, 'tls: false'),
  }),
  provenBy(login.alwaysTls, {
    'always TLS': change('redis-url.ts', isTls, 'tls: true'),
  }),
  provenBy(login.certificateRefused, {
    'the name of another host': change('ping.ts', servername, "servername: 'redis.example'"),
  }),
  provenBy(login.noLogin, {
    'PING alone': change('ping.ts', 'auth(address) + ', ''),
  }),
  provenBy(login.loginTooLate, {
    'PING, AUTH': change(
      'ping.ts',
      "auth(address) + command('PING')",
      "command('PING') + auth(address)",
    ),
  }),
  provenBy(login.loginWithNothing, {
    'an empty password': change('ping.ts', withPassword, "return command('AUTH', password)"),
    'two empty ones': change(
      'ping.ts',
      withPassword,
      "return command('AUTH', username, password)",
    ),
  }),
  provenBy(login.usernameDropped, {
    'the password is enough': change('ping.ts', withUsername, ''),
  }),
  provenBy(login.swapped, {
    'password, username': change(
      'ping.ts',
      withUsername,
      "if (username) return command('AUTH', password, username)",
    ),
  }),
  provenBy(login.inventedUsername, {
    'an empty one': change(
      'ping.ts',
      withUsername,
      "if (password) return command('AUTH', username, password)",
    ),
  }),
  provenBy(login.usernameNotDecoded, {
    'as it stands in the URL': change('redis-url.ts', username, 'url.username'),
  }),
  provenBy(login.usernameCut, {
    'up to the @': change('redis-url.ts', username, "url.username.split('%')[0] ?? ''"),
  }),
  provenBy(login.passwordNotDecoded, {
    'as it stands in the URL': change('redis-url.ts', password, 'url.password'),
  }),
  provenBy(login.passwordCut, {
    'with the @ after it': change(
      'ping.ts',
      withPassword,
      withPassword.replace('password)', "password + '@')"),
    ),
  }),
]
