import { describe, expect, test } from 'vitest'
import { MadeUp, desk, laptop, phone, stranger } from './fake-delivery-log.ts'

describe('without a kill', () => {
  test('a copy for every device of both users is right', () => {
    const soak = new MadeUp().sends(phone, 9, 'grace', 10).arrive(9, 12, phone, laptop, desk)
    expect([soak.faults, soak.lost]).toEqual([[], []])
  })

  test('a device without a copy is found', () => {
    const soak = new MadeUp().sends(phone, 9, 'grace', 10).arrive(9, 12, phone, desk)
    expect(soak.faults).toEqual(['missing 2'])
    expect(soak.story).toContain('message 9 to grace, sent by device 1 (ada, on web.1.1)')
    expect(soak.story).toContain('1 device never got it, 2 copies arrived elsewhere')
    expect(soak.story).toContain('device 2 (ada, on web.1.2), there since 0.000 s')
  })

  test('a message that nobody got is found', () => {
    expect(new MadeUp().sends(phone, 9, 'grace', 10).faults).toEqual(['missing 1,2,3'])
  })

  test('a device with two copies is found', () => {
    const soak = new MadeUp().sends(phone, 9, 'grace', 10)
    soak.arrive(9, 12, phone, laptop, desk).arrive(9, 14, desk)
    expect(soak.faults).toEqual(['double 3'])
    expect(soak.story).toContain('got it at 0.012 s and 0.014 s')
  })

  test('two copies of one device count, though it came back in between', () => {
    const soak = new MadeUp().sends(phone, 9, 'grace', 10).arrive(9, 12, phone, laptop, desk)
    soak.kills('web.1.2', 20, laptop, desk).arrives({ ...desk, instance: 'web.1.1' }, 30, 33)
    expect(soak.arrive(9, 32, 33).faults).toEqual(['double 3'])
  })

  test('a message astray is found', () => {
    const soak = new MadeUp().sends(phone, 9, 'ada', 10).arrive(9, 12, phone, laptop, stranger)
    expect(soak.faults).toEqual(['astray 4'])
  })

  test('a sender who is not answered is found', () => {
    const soak = new MadeUp().sendsUnanswered(phone, 9, 'ada', 10).arrive(9, 12, phone, laptop)
    expect(soak.faults).toEqual(['unanswered '])
  })

  test('a device that comes later needs no copy, and may have one', () => {
    const soak = new MadeUp().sends(phone, 9, 'ada', 10).arrive(9, 12, phone, laptop)
    soak.arrives({ ...phone, number: 5 }, 11).arrives({ ...phone, number: 6 }, 11)
    expect(soak.arrive(9, 12, 5).faults).toEqual([])
  })

  test('a connection that ends by itself is found', () => {
    expect(new MadeUp().loses(desk, 10).faults).toEqual(['dropped 3'])
  })
})

describe('at a kill', () => {
  test("what was on its way to the killed worker's devices may be lost", () => {
    const soak = new MadeUp().sends(phone, 9, 'grace', 10).arrive(9, 12, phone)
    soak.kills('web.1.2', 11, laptop, desk)
    expect([soak.faults, soak.lost]).toEqual([[], [9]])
  })

  test('what the killed worker had not published yet may be lost', () => {
    const soak = new MadeUp().sendsUnanswered(phone, 9, 'grace', 10).kills('web.1.1', 11, phone)
    expect([soak.faults, soak.lost]).toEqual([[], [9]])
  })

  test('what one device of a user has got, all living ones must get', () => {
    const soak = new MadeUp()
      .sendsUnanswered(phone, 9, 'ada', 10)
      .arrives({ ...laptop, number: 5 }, 0)
    soak.kills('web.1.1', 11, phone).arrive(9, 12, laptop)
    expect(soak.faults).toEqual(['missing 5'])
  })

  test('what a later message has overtaken was not on its way any more', () => {
    const soak = new MadeUp().sends(phone, 8, 'grace', 10).arrive(8, 12, phone, laptop)
    soak.sends(phone, 9, 'grace', 20).arrive(9, 22, phone, laptop, desk)
    soak.kills('web.1.2', 30, laptop, desk)
    expect(soak.faults).toEqual(['missing 3'])
  })

  test('the kill of one worker is no excuse for another', () => {
    const soak = new MadeUp().sends(phone, 9, 'grace', 10).arrive(9, 12, phone, laptop)
    expect(soak.kills('web.1.3', 11, stranger).faults).toEqual(['missing 3'])
  })

  test('an earlier kill is no excuse: the device came after it', () => {
    const soak = new MadeUp().kills('web.1.2', 5, laptop, desk).arrives(desk, 20, 33)
    soak.sends(phone, 9, 'grace', 30).arrive(9, 32, phone)
    expect(soak.faults).toEqual(['missing 3'])
  })

  test('nothing may be doubled', () => {
    const soak = new MadeUp().sends(phone, 9, 'grace', 10).arrive(9, 12, phone, desk, desk)
    expect(soak.kills('web.1.2', 13, laptop, desk).faults).toEqual(['double 3'])
  })
})
