// Heavy work: it keeps one core busy, and blocks its thread while it runs.
// Left out: faster algorithms.

export interface Primes {
  upTo: number
  count: number
  largest: number
}

/** Counts the primes up to a number >= 2. Reports the part that is done, 0 to 1, every 0.1 s. */
export function countPrimes(upTo: number, report: (done: number) => void): Primes {
  let [count, largest, reported] = [0, 0, performance.now()]
  for (let n = 2; n <= upTo; n++) {
    if (isPrime(n)) [count, largest] = [count + 1, n]
    if (n % 10_000 !== 0 || performance.now() - reported < 100) continue
    reported = performance.now()
    report(n / upTo)
  }
  return { upTo, count, largest }
}

function isPrime(n: number): boolean {
  if (n % 2 === 0) return n === 2
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) {
    if (n % divisor === 0) return false
  }
  return true
}
