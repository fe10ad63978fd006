import Foundation
import ObsData
import Testing

@testable import ObsTUI

@Suite struct MailboxTests {
  private static func isReadable(_ mailbox: Mailbox, within milliseconds: Int32 = 0) -> Bool {
    var waiting = [pollfd(fd: mailbox.reader, events: Int16(POLLIN), revents: 0)]
    return poll(&waiting, 1, milliseconds) == 1
  }
  private func update(_ number: Int) -> Event { .notice("\(number)", isError: false) }

  @Test func `what is posted is taken once, in order, and wakes the reader until then`() throws {
    let mailbox = try #require(Mailbox())
    #expect(!Self.isReadable(mailbox))
    for number in 0..<3 { mailbox.post(update(number)) }
    #expect(Self.isReadable(mailbox))
    #expect(mailbox.drain() == (0..<3).map(update))
    #expect(!Self.isReadable(mailbox))
    #expect(mailbox.drain() == [])
    mailbox.post(update(9))
    #expect(Self.isReadable(mailbox))
  }

  @Test func `a tick replaces the tick before it, but not over other news`() throws {
    let mailbox = try #require(Mailbox())
    func tick(_ seconds: Int64) -> Event { .tick(Timestamp(milliseconds: seconds * 1000)) }
    mailbox.post(tick(1))
    mailbox.post(tick(2))
    mailbox.post(update(0))
    mailbox.post(tick(3))
    #expect(mailbox.drain() == [tick(2), update(0), tick(3)])
  }

  @Test func `beyond its capacity the oldest give way, and that is said`() throws {
    let mailbox = try #require(Mailbox(capacity: 3))
    for number in 0..<5 { mailbox.post(update(number)) }
    #expect(mailbox.drain() == [.dropped(updates: 2)] + (2..<5).map(update))
    #expect(mailbox.drain() == [])
  }

  @Test func `no event and no wake is lost among many writers`() async throws {
    let mailbox = try #require(Mailbox(capacity: 1_000_000))
    let writers = 8
    let each = 2_000
    // On threads of their own: the tests' pool may be busy with other tests for longer than any patience.
    let taken = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var taken: [Event] = []
        // A lost wake would end this at the timeout.
        while taken.count < writers * each {
          guard MailboxTests.isReadable(mailbox, within: 30_000) else { break }
          taken += mailbox.drain()
        }
        continuation.resume(returning: taken)
      }
      for writer in 0..<writers {
        Thread.detachNewThread {
          for number in 0..<each { mailbox.post(.notice("\(writer) \(number)", isError: false)) }
        }
      }
    }
    #expect(taken.count == writers * each)
    for writer in 0..<writers {
      let own = taken.filter { if case .notice(let text, _) = $0 { text.hasPrefix("\(writer) ") } else { false } }
      #expect(own == (0..<each).map { .notice("\(writer) \($0)", isError: false) })
    }
  }
}
