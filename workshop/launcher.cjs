// Starts the workshop. Plain, old JavaScript: it must be able to run on an old Node and name the problem,
// and it runs before anything is installed. It bundles workshop/cli.ts with esbuild, unless
// nothing has changed since the last time, and runs it.
'use strict'

var fs = require('fs')
var path = require('path')
var url = require('url')
var crypto = require('crypto')

var root = path.dirname(__dirname)

// Before anything else: npm, which started us, can end a moment later. `watchParent` in
// process/parent-watch.ts ends this process then.
process.env.WORKSHOP_STARTED_BY = startedBy().join()

// @returns the pids of the parent and, where the parent is npm's shell, of npm
function startedBy() {
  var parent = process.ppid
  if (!process.env.npm_lifecycle_event) return []
  var shell = readStat(parent)
  if (!shell) return [parent]
  // npm, its shell and this process are one process group. A parent of another group has
  // inherited this process from a shell that has ended.
  if (shell.group !== readStat(process.pid).group) process.exit(143)
  if (!/^(ba|da|z|k|a|fi)?sh$/.test(shell.name)) return [parent]
  var npm = readStat(shell.parent)
  if (npm && npm.group !== shell.group) process.exit(143)
  return [parent, shell.parent]
}

// proc(5): `pid (name) state parent group …`. @returns nothing on systems without /proc
function readStat(pid) {
  var stat
  try {
    stat = fs.readFileSync('/proc/' + pid + '/stat', 'latin1')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined
    throw error
  }
  var end = stat.lastIndexOf(')')
  var fields = stat.slice(end + 2).split(' ')
  return {
    name: stat.slice(stat.indexOf('(') + 1, end),
    parent: Number(fields[1]),
    group: Number(fields[2]),
  }
}

function exitWith(message, code) {
  process.stderr.write(message + '\n')
  process.exit(code)
}

function isNodeNewEnough() {
  var have = process.versions.node.split('.').map(Number)
  return have[0] > 20 || (have[0] === 20 && have[1] >= 19)
}

function loadEsbuild() {
  try {
    return require('esbuild')
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
    return exitWith('The packages are not installed yet. Run: npm install', 2)
  }
}

// esbuild inherits the environment, and needs no password that is in it.
function buildBundle() {
  var esbuild = loadEsbuild()
  var redisUrl = process.env.REDIS_URL
  delete process.env.REDIS_URL
  try {
    return runEsbuild(esbuild)
  } catch (error) {
    if (error.errors) return exitWith(explainCompileError(error.errors[0]), 3)
    return exitWith(explainEsbuild(error), 2)
  } finally {
    if (redisUrl !== undefined) process.env.REDIS_URL = redisUrl
  }
}

// Only a file of the workshop itself, or of its tests: what a learner writes is compiled later.
function explainCompileError(problem) {
  var at = problem.location
  var place = at ? at.file + ':' + at.line + ':' + (at.column + 1) + ' ' : ''
  return 'The workshop itself does not compile. ' + place + problem.text
}

function explainEsbuild(error) {
  if (error.syscall && (error.code === 'EACCES' || error.code === 'EPERM')) {
    return (
      'This system does not allow to run ' +
      error.path +
      ' (' +
      error.code +
      '). Move the workshop to a disk that is not mounted with noexec, and run: npm install'
    )
  }
  // Its program for this system is missing: node_modules came from elsewhere, or in part.
  var reason = error.message.split('\n')[0]
  return reason + ' Delete the folder node_modules and run: npm install --include=optional'
}

function runEsbuild(esbuild) {
  return esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: ['workshop/cli.ts'].concat(listSuites()),
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    outdir: '.workshop/build/cli',
    outExtension: { '.js': '.mjs' },
    write: false,
    logLevel: 'silent',
  }).outputFiles
}

// The checks of the steps, which the bundle loads by name: tests/03-publish-subscribe.test.ts.
function listSuites() {
  return listFolder('tests')
    .map(function (entry) {
      return 'tests/' + entry.name
    })
    .filter(function (name) {
      return /\/\d\d-[^/]+\.test\.ts$/.test(name)
    })
}

function listFolder(folder) {
  try {
    return fs.readdirSync(path.join(root, folder), { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

// What the bundle may be made of: of the tests the suites of the steps and what they import, and
// the programs that the other tests need.
function listSources(folder) {
  var found = []
  listFolder(folder).forEach(function (entry) {
    var file = folder + '/' + entry.name
    if (folder === 'tests' && !/^(\d\d-.+|shared|e2e)$/.test(entry.name)) return
    if (file === 'tests/e2e/browser' || file === 'tests/e2e/deploy') return
    if (entry.isDirectory()) found = found.concat(listSources(file))
    else if (/\.(ts|json|cjs)$/.test(entry.name)) found.push(file)
  })
  return found
}

// Named after the sources' content: two terminals can start at once, and a running one keeps
// the files it began with. To read all of them is quicker than to start esbuild.
function bundleFolder() {
  var hash = crypto.createHash('sha256')
  listSources('workshop')
    .concat(listSources('tests'))
    .forEach(function (file) {
      hash
        .update(file + '\0')
        .update(fs.readFileSync(path.join(root, file)))
        .update('\0')
    })
  return path.join(root, '.workshop', 'build', 'cli-' + hash.digest('hex').slice(0, 12))
}

// Names the files of a bundle, itself last.
var listName = 'files.txt'

function isComplete(folder) {
  var list = path.join(folder, listName)
  var names = fs.existsSync(list) ? fs.readFileSync(list, 'utf8').split('\n') : []
  return (
    names[names.length - 1] === listName &&
    names.every(function (name) {
      return fs.existsSync(path.join(folder, name))
    })
  )
}

// @returns the folder of the bundle; one that is made is moved into place whole
function ensureBundle() {
  var folder = bundleFolder()
  if (isComplete(folder)) {
    fs.utimesSync(folder, new Date(), new Date())
    return folder
  }
  var files = buildBundle()
  var draft = folder + '.' + process.pid
  try {
    fs.mkdirSync(draft, { recursive: true })
    var names = files.map(function (file) {
      var name = path.basename(file.path)
      fs.writeFileSync(path.join(draft, name), file.contents)
      return name
    })
    fs.writeFileSync(path.join(draft, listName), names.concat(listName).join('\n'))
    moveIntoPlace(draft, folder)
  } finally {
    fs.rmSync(draft, { recursive: true, force: true })
  }
  return folder
}

function moveIntoPlace(draft, folder) {
  try {
    fs.renameSync(draft, folder)
  } catch (error) {
    if (isComplete(folder)) return // Another terminal was faster.
    if (!fs.existsSync(folder)) throw error
    // One that lacks a file is in the way.
    fs.rmSync(folder, { recursive: true, force: true })
    fs.renameSync(draft, folder)
  }
}

var advice = {
  ENOSPC: 'Make room on the disk',
  EDQUOT: 'Make room: your share of the disk is used up',
  ENOTDIR: 'Move the file .workshop, which is in the way, to another place',
}

function reportError(error) {
  if (error.code && error.syscall) {
    var todo = advice[error.code] || 'Make that folder writable'
    // A full disk is noticed while writing, and then the error holds no path.
    var where = error.path || path.join(root, '.workshop')
    exitWith('Cannot write ' + where + ' (' + error.code + '). ' + todo + ' and try again.', 2)
  }
  exitWith(error.stack, 3)
}

if (!isNodeNewEnough()) {
  exitWith(
    'Node ' +
      process.versions.node +
      ' is too old: the workshop needs 20.19 or newer. Get one at https://nodejs.org',
    2,
  )
}
try {
  var cli = path.join(ensureBundle(), 'cli.mjs')
  process.setSourceMapsEnabled(true)
  import(url.pathToFileURL(cli).href).catch(reportError)
} catch (error) {
  reportError(error)
}
