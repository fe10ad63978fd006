import Foundation
import Testing

extension EndToEnd {
  /// The short form has every fault once, each at one store; OBS_TUI_FAULTS=full has every fault at every store, each for three
  /// seconds, and takes the time of the keys.
  @Suite(.serialized) struct Faults {
    private static let isFull = ProcessInfo.processInfo.environment["OBS_TUI_FAULTS"] == "full"
    /// What the program may take at its worst: answers up to their limits, four at a time.
    private static let mostMegabytes = 200

    @Test func `stores may fail in every way: keys are answered, memory stays, and what is well again is seen`()
      async throws
    {
      let bench = try await FaultBench(timeout: "600ms")
      let tmux = try await Tmux(width: 140, height: 40)
      try tmux.start("--config \(bench.settings)")
      try await tmux.wait(until: "all stores well") { $0.isWell }
      let pid = try Child.dashboard(under: tmux)
      let keyboard = try Keyboard(tmux)
      let usual = Faults.isFull ? try await keyboard.latencies(20) : []
      let all = Fault.allCases
      for round in 0..<(Faults.isFull ? all.count : all.count / bench.proxies.count) {
        // Four faults at a time, each at another store.
        let faults = bench.proxies.indices.map { all[(round + $0 * all.count / bench.proxies.count) % all.count] }
        let names = Comment(
          rawValue: zip(FaultBench.stores, faults).map { "\($0) \($1.rawValue)" }.joined(separator: ", "))
        for (place, fault) in zip(bench.proxies, faults) { place.proxy.behave(.fault(fault)) }
        try await bench.waitForRequests()
        try await tmux.wait(until: "four failures (\(names))", seconds: 60) {
          $0.header.count { $0 == "✗" } >= 4 || $0.text.contains("[status")
        }
        if Faults.isFull {
          let taken = try await keyboard.latencies(60)
          let (slow, plain) = (Keyboard.percentile(95, of: taken), Keyboard.percentile(50, of: usual))
          print("faults: \(names): a key in \(slow), usually \(plain)")
          #expect(slow < plain + .milliseconds(50), names)
        } else {
          _ = try await keyboard.latencies(1)
        }
        bench.behave(.honest)
        // After one failure it is asked again within a second or two, or as Retry-After says; a trial that hangs has its timeout.
        try await tmux.wait(until: "all stores well (\(names))", seconds: Faults.isFull ? 20 : 60) { $0.isWell }
        #expect(try ProcessFigures(pid: pid).peak < Faults.mostMegabytes, names)
      }
      print("faults: the peak was \(try ProcessFigures(pid: pid).peak) MB")
      try await tmux.quit()
    }

    @Test func `what is no longer wanted lets go of its connection`() async throws {
      let bench = try await FaultBench()
      let tmux = try await Tmux(width: 140, height: 40)
      try tmux.start("--config \(bench.settings)")
      try await tmux.wait(until: "all stores well") { $0.isWell }
      bench.behave(.fault(.blackHole))
      try await bench.waitForRequests()
      try await tmux.quit()
      let deadline = ContinuousClock.now + .seconds(20)
      while bench.proxies.contains(where: { $0.proxy.connections > 0 }), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(bench.proxies.allSatisfy { $0.proxy.connections == 0 })
    }
  }
}

/// Presses a key that always shows something, and waits for it in what the program writes.
final class Keyboard {
  private let tmux: Tmux
  private let file: URL

  init(_ tmux: Tmux) throws {
    self.tmux = tmux
    file = tmux.folder.appending(path: "written")
    try Data().write(to: file)
    try tmux.tell("pipe-pane", "-o", "cat >> '\(file.path)'")
  }

  /// Opens and closes the help so often; how long each opening took, tmux's own way included.
  func latencies(_ count: Int) async throws -> [Duration] {
    var taken: [Duration] = []
    for _ in 0..<count {
      let handle = try FileHandle(forReadingFrom: file)
      try handle.seekToEnd()
      let start = ContinuousClock.now
      try tmux.press("?")
      var written = Data()
      while !String(decoding: written, as: UTF8.self).contains("Esc closes") {
        guard ContinuousClock.now - start < .seconds(30) else {
          throw Failure(description: "a key was not answered; the screen was:\n\(tmux.screen.text)")
        }
        written += try handle.readToEnd() ?? Data()
        try await Task.sleep(for: .milliseconds(1))
      }
      taken.append(ContinuousClock.now - start)
      try tmux.press("Escape")
      try await tmux.wait(without: "Esc closes")
    }
    return taken
  }

  static func percentile(_ percent: Int, of durations: [Duration]) -> Duration {
    durations.isEmpty ? .zero : durations.sorted()[min(durations.count - 1, durations.count * percent / 100)]
  }
}
