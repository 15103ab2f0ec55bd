// The way in. Plain, old JavaScript: it must be able to tell an old Node that it is old,
// and it runs before anything is installed. It bundles workshop/cli.ts with esbuild, unless
// nothing has changed since the last time, and hands over.
'use strict'

var fs = require('fs')
var path = require('path')
var url = require('url')
var crypto = require('crypto')

var root = path.dirname(__dirname)

// Before anything else: npm, which started us, can be gone a moment later. `watchParent` in
// process/parent-watch.ts ends this process then.
process.env.WORKSHOP_STARTED_BY = startedBy().join()

// @returns the pids of the parent and, where the parent is npm's shell, of npm
function startedBy() {
  var parent = process.ppid
  if (!process.env.npm_lifecycle_event) return []
  var shell = readStat(parent)
  if (!shell) return [parent]
  // npm, its shell and this process are one process group. A parent of another group has
  // inherited this process from a shell that is gone.
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

function leave(message, code) {
  process.stderr.write(message + '\n')
  process.exit(code)
}

function nodeIsNewEnough() {
  var have = process.versions.node.split('.').map(Number)
  return have[0] > 20 || (have[0] === 20 && have[1] >= 19)
}

function loadEsbuild() {
  try {
    return require('esbuild')
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
    return leave('The packages are not installed yet. Run: npm install', 2)
  }
}

function bundle() {
  var esbuild = loadEsbuild()
  try {
    return build(esbuild)
  } catch (error) {
    if (error.errors) throw error
    // Its program for this system is missing: node_modules came from elsewhere, or in part.
    var reason = error.message.split('\n')[0]
    return leave(reason + ' Delete the folder node_modules and run: npm install', 2)
  }
}

function build(esbuild) {
  return esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: ['workshop/cli.ts'],
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

// What the bundle is made of. It is quicker to read all of it than to start esbuild.
function sources(folder) {
  var found = []
  var entries = fs.readdirSync(folder, { withFileTypes: true })
  entries.forEach(function (entry) {
    var file = path.join(folder, entry.name)
    if (entry.isDirectory()) found = found.concat(sources(file))
    else if (/\.(ts|cjs)$/.test(entry.name)) found.push(file)
  })
  return found
}

// Named after the sources' content: two terminals can start at once, and a running one keeps
// the files it began with.
function bundleFolder() {
  var hash = crypto.createHash('sha256')
  sources(__dirname).forEach(function (file) {
    hash
      .update(path.relative(root, file) + '\0')
      .update(fs.readFileSync(file))
      .update('\0')
  })
  return path.join(root, '.workshop', 'build', 'cli-' + hash.digest('hex').slice(0, 12))
}

// @returns the folder of the bundle; one that is made is moved into place whole
function place() {
  var folder = bundleFolder()
  if (fs.existsSync(folder)) {
    fs.utimesSync(folder, new Date(), new Date())
    return folder
  }
  var files = bundle()
  var draft = folder + '.' + process.pid
  try {
    fs.mkdirSync(draft, { recursive: true })
    files.forEach(function (file) {
      fs.writeFileSync(path.join(draft, path.basename(file.path)), file.contents)
    })
    fs.renameSync(draft, folder)
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true })
    if (!fs.existsSync(folder)) throw error
  }
  return folder
}

var advices = {
  ENOSPC: 'Make room on the disk',
  ENOTDIR: 'Move away the file .workshop, which is in the way,',
}

function explain(error) {
  if (error.code && error.syscall) {
    var advice = advices[error.code] || 'Make that folder writable'
    // A full disk is noticed while writing, and then there is no path to tell.
    var where = error.path || path.join(root, '.workshop')
    leave('Cannot write ' + where + ' (' + error.code + '). ' + advice + ' and try again.', 2)
  }
  leave(error.stack, 3)
}

if (!nodeIsNewEnough()) {
  leave(
    'Node ' +
      process.versions.node +
      ' is too old: the workshop needs 20.19 or newer. Get one at https://nodejs.org',
    2,
  )
}
try {
  var cli = path.join(place(), 'cli.mjs')
  process.setSourceMapsEnabled(true)
  import(url.pathToFileURL(cli).href).catch(explain)
} catch (error) {
  explain(error)
}
