import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'

const options = `    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: DAY_MS },`

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  'other names, the publisher as the client, several secrets, redirects, more fields': combine(
    replaceIn('index.ts', 'newSessions(client_sessions)', 'newSessions(client)'),
    replaceIn(
      'sessions.ts',
      'client: client_sessions }',
      "client: client_sessions, prefix: 'chat:session:', ttl: 600, disableTouch: true }",
    ),
    replaceIn(
      'sessions.ts',
      'secret: secret(),',
      "secret: [secret(), 'the old one'],\n    name: 'sid',",
    ),
    replaceIn(
      'sessions.ts',
      options,
      "    proxy: true,\n    rolling: true,\n    cookie: { sameSite: 'strict', secure: 'auto' },",
    ),
    replaceIn('app.ts', "app.set('trust proxy', 1)", ''),
    replaceIn('login.ts', '  res.json({ user, instance })', "  res.redirect(303, '/')"),
    replaceIn(
      'login.ts',
      'res.json({ user, views: views + 1, instance })',
      'res.json({ id: 7, user, views: views + 1, instance, since: Date.now() })',
    ),
    replaceIn(
      'login.ts',
      "res.clearCookie('connect.sid').json({ instance })",
      "res.cookie('theme', 'dark').sendStatus(204)",
    ),
  ),

  'one file in CommonJS, sessions for anonymous users, secure in production only': writeFile(
    'index.ts',
    `const express = require('express')
const session = require('express-session')
const { RedisStore } = require('connect-redis')
const { createClient } = require('redis')
const production = process.env.NODE_ENV === 'production'
const client = createClient({ url: process.env.REDIS_URL, disableOfflineQueue: true })
client.on('error', (error) => console.error(error.message))
const app = express().set('trust proxy', true)
app.use((req, res, next) => (res.cookie('theme', 'dark'), next()))
app.use(session({
  store: new RedisStore({ client }),
  secret: process.env.SESSION_SECRET,
  resave: true,
  saveUninitialized: true,
  cookie: { sameSite: true, secure: production },
}))
app.use(express.json({ strict: false }))
app.post('/login', (req, res, next) => {
  const user = req.body?.user
  if (typeof user !== 'string' || !user) return res.sendStatus(400)
  req.session.regenerate((error) => {
    if (error) return res.sendStatus(503)
    Object.assign(req.session, { user, views: -1 })
    req.session.save((error) => res.status(error ? 503 : 201).end())
  })
})
app.get('/me', (req, res) => {
  const { user } = req.session
  if (!user) return res.status(401).end()
  req.session.views += 1
  res.json({ user, views: req.session.views, instance: process.env.DYNO })
})
app.post('/logout', (req, res) => {
  req.session.user = undefined
  res.redirect('/')
})
client.connect().then(() => app.listen(process.env.PORT))`,
  ),

  'keys that are hashes of the session id': replaceIn(
    'sessions.ts',
    'store: new RedisStore({ client: client_sessions }),',
    `store: new (class extends RedisStore {
      key = (id) => process.getBuiltinModule('node:crypto').createHash('sha256').update(id).digest('hex')
      get(id, done) {
        return super.get(this.key(id), done)
      }
      set(id, value, done) {
        return super.set(this.key(id), value, done)
      }
      touch(id, value, done) {
        return super.touch(this.key(id), value, done)
      }
      destroy(id, done) {
        return super.destroy(this.key(id), done)
      }
    })({ client: client_sessions }),`,
  ),

  'answers before Redis is there, a new session made by hand at login': combine(
    replaceIn(
      'index.ts',
      'await Promise.all([client.connect(), client2.connect(), client_sessions.connect()])',
      'void client_sessions.connect()\n    await Promise.all([client.connect(), client2.connect()])',
    ),
    replaceIn(
      'sessions.ts',
      "sameSite: 'lax', secure: 'auto'",
      "sameSite: 'auto', secure: 'auto'",
    ),
    replaceIn(
      'login.ts',
      'req.session.user = user\n',
      'req.session.user = user\n  req.session.views = 10\n',
    ),
  ),

  'only the router of this machine is trusted, problem details for errors': combine(
    replaceIn('app.ts', "app.set('trust proxy', 1)", "app.set('trust proxy', 'loopback')"),
    replaceIn(
      'app.ts',
      "res.status(status).json({ error: status < 500 ? 'invalid request' : 'try again later' })",
      "res.status(status).type('application/problem+json').send({ status, title: 'no' })",
    ),
    replaceIn(
      'login.ts',
      "res.status(401).json({ error: 'not logged in', instance })",
      "res.status(401).type('text').send('who are you?')",
    ),
  ),

  'logout replaces the session by an anonymous one': combine(
    replaceIn('login.ts', 'req.session.destroy(done)', 'req.session.regenerate(done)'),
    replaceIn('login.ts', "res.clearCookie('connect.sid').json", 'res.json'),
  ),

  'a store with a serializer and a key prefix, forms as well, a session object of its own':
    combine(
      replaceIn(
        'sessions.ts',
        'client: client_sessions }',
        "client: client_sessions, prefix: 'app:', ttl: () => 3600, serializer: JSON }",
      ),
      replaceIn(
        'app.ts',
        'express.json(), login',
        'express.urlencoded({ extended: false }), express.json(), login',
      ),
      replaceIn(
        'login.ts',
        'req.session.user = user\n',
        'Object.assign(req.session, { user })\n',
      ),
      replaceIn(
        'sessions.ts',
        "httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: DAY_MS",
        "sameSite: 'strict', secure: 'auto', maxAge: 15 * 60 * 1000, priority: 'high'",
      ),
    ),

  'a router in one file, promisify, redirects': writeFile(
    'index.ts',
    `import { promisify } from 'node:util'
import { once } from 'node:events'
import express, { Router } from 'express'
import session from 'express-session'
import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
const { REDIS_URL: url, SESSION_SECRET: secret, PORT = '3000', DYNO: instance } = process.env
if (!secret) throw new Error('SESSION_SECRET is missing')
const client_sessions = createClient({ url }).on('error', ({ message }) => console.error(message))
await client_sessions.connect()
const on = (target, name) => promisify(target[name].bind(target))()
const routes = Router()
  .post('/login', express.json(), async (req, res) => {
    const name = req.body?.user
    if (typeof name !== 'string' || !name.trim()) return void res.status(400).send('no user')
    await on(req.session, 'regenerate')
    req.session.account = { name, since: new Date() }
    await on(req.session, 'save')
    res.status(204).end()
  })
  .get('/me', (req, res) => {
    const { account } = req.session
    if (!account) return void res.sendStatus(401)
    req.session.count = (req.session.count ?? 0) + 1
    res.json({ instance, views: req.session.count, user: account.name })
  })
  .post('/logout', async (req, res) => {
    await on(req.session, 'destroy')
    res.clearCookie('who').status(302).location('/').end()
  })
const app = express()
app.enable('trust proxy').disable('x-powered-by')
app.use(session({
  name: 'who', secret, resave: false, saveUninitialized: false,
  store: new RedisStore({ client: client_sessions }),
  cookie: { secure: 'auto', sameSite: 'lax', maxAge: 36e5 },
}))
app.use(routes)
app.use((error, req, res, next) => {
  res.status(error.status ?? 503).send(error.status ? 'no' : 'later')
})
await once(app.listen(Number(PORT)), 'listening')
console.log('ready')`,
  ),

  'a login that keeps what the anonymous session held, a count that begins with the login':
    combine(
      replaceIn(
        'login.ts',
        'await completed((done) => req.session.regenerate(done))\n  req.session.user = user',
        `const { cookie, user: _, views: __, ...kept } = req.session
  await completed((done) => req.session.regenerate(done))
  Object.assign(req.session, kept, { user, views: 0 })`,
      ),
      replaceIn('sessions.ts', 'saveUninitialized: false', 'saveUninitialized: true'),
    ),

  'a session of five minutes': replaceIn(
    'sessions.ts',
    'maxAge: DAY_MS',
    'maxAge: 5 * 60 * 1000',
  ),

  'five minutes from a store that rounds down': combine(
    replaceIn(
      'sessions.ts',
      'client: client_sessions }',
      'client: client_sessions, ttl: () => 299 }',
    ),
    replaceIn('sessions.ts', 'maxAge: DAY_MS', 'maxAge: 5 * 60 * 1000'),
  ),
}
