// Honest heavy work: it keeps one core busy, and for as long as it runs nothing else happens in
// its thread. Left out: faster ways. There are many.

export interface Primes {
  upTo: number
  count: number
  largest: number
}

/** Counts the primes up to a number >= 2; tells now and then how much is done (0 to 1). */
export function countPrimes(upTo: number, tell: (done: number) => void): Primes {
  let [count, largest, told] = [0, 0, performance.now()]
  for (let n = 2; n <= upTo; n++) {
    if (isPrime(n)) [count, largest] = [count + 1, n]
    if (n % 10_000 !== 0 || performance.now() - told < 100) continue
    told = performance.now()
    tell(n / upTo)
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
