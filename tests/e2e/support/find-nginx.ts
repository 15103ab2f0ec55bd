import { findExecutable } from '../../../workshop/paths.ts'

const nginx = {
  what: 'nginx',
  names: ['nginx'],
  variable: 'NGINX_PATH',
  advice: 'Install it (Debian: sudo apt-get install nginx), or set NGINX_PATH to its program',
}

/**
 * Finds nginx: what NGINX_PATH names, or the one on the PATH or in /usr/sbin, which
 * is on the PATH of root only.
 *
 * @returns the path of its program
 * @throws UserError (exit 2) that names how to install one
 */
export function findNginx(env: NodeJS.ProcessEnv = process.env, sbin = '/usr/sbin'): string {
  return findExecutable(nginx, env, sbin)
}
