import { readFileSync } from 'node:fs'

// By the ID or ID_LIKE of /etc/os-release.
const onLinux: Record<string, string> = {
  debian: 'sudo apt-get install redis-server',
  ubuntu: 'sudo apt-get install redis-server',
  fedora: 'sudo dnf install valkey',
  rhel: 'sudo dnf install redis',
  centos: 'sudo dnf install redis',
  alpine: 'sudo apk add redis',
  arch: 'sudo pacman -S valkey',
  suse: 'sudo zypper install redis',
  nixos: 'nix-shell -p redis',
}

/**
 * How to get a Redis on this system: one command wherever one will do.
 *
 * @param platform `process.platform`
 * @param osRelease the text of /etc/os-release, empty elsewhere
 */
export function installCommand(
  platform: NodeJS.Platform = process.platform,
  osRelease: string = readOsRelease(),
): string {
  if (platform === 'darwin') return 'brew install redis'
  if (platform === 'win32') {
    return 'wsl --install (then run the workshop inside WSL; or start Docker Desktop)'
  }
  const [id = '', like = ''] = ['ID', 'ID_LIKE'].map((name) => valueOf(name, osRelease))
  const known = [id, ...like.split(' ')].find((name) => name in onLinux)
  const command = known === undefined ? undefined : onLinux[known]
  return command ?? 'your package manager (the package is called redis or valkey)'
}

function valueOf(name: string, osRelease: string): string {
  return new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(osRelease)?.[1] ?? ''
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
