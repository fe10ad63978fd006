import ObsData

/// The shared time window and the chosen service: what filters every pane.
extension Dashboard {
  mutating func changeWindow(_ command: Command, argument: String) {
    switch command {
    case .lengthenWindow: stepLength(by: 1)
    case .shortenWindow: stepLength(by: -1)
    case .toggleFreeze:
      window = window.isLive ? .frozen(window.range(now: now)) : .live(liveDuration)
    case .stepWindowBack: stepWindow(by: -1)
    case .stepWindowForward: stepWindow(by: 1)
    case .since:
      guard let duration = DurationText.parse(argument) else {
        return say("\"\(argument)\" is no duration: 15m, 2h, 1h30m", isError: true)
      }
      liveDuration = duration
      window = .live(duration)
    case .goto:
      guard let time = TimeText.parse(argument, now: now, display: time) else {
        return say("\"\(argument)\" is no time: 12:03, 2026-11-22T12:03:00Z, -2h", isError: true)
      }
      let half = window.isEverything ? .seconds(450) : window.duration / 2
      window = .frozen(TimeRange(start: time - half, end: time + half))
      instant = time
    default: break
    }
  }

  private mutating func stepLength(by step: Int) {
    let ladder = TimeWindow.ladder
    switch window {
    case .live(let duration):
      let longest = configuration.hasLogsAlone ? TimeWindow.everything.duration : duration
      let longer = ladder.first { $0 > duration } ?? longest
      let shorter = ladder.last { $0 < duration } ?? duration
      liveDuration = step > 0 ? longer : shorter
      window = .live(liveDuration)
    case .frozen(let range):
      // Around the middle: what one looks at stays in view.
      let length = step > 0 ? min(range.duration * 2, .seconds(604_800)) : max(range.duration / 2, .seconds(10))
      let middle = range.start + range.duration / 2
      window = .frozen(TimeRange(start: middle - length / 2, end: middle + length / 2))
    }
  }

  /// By half a window. Stepping back from live freezes; a frozen window does not step past now.
  private mutating func stepWindow(by step: Int) {
    guard !window.isEverything else { return say("the window holds all lines") }
    let range = window.range(now: now)
    let shift = range.duration / 2
    if step < 0 {
      window = .frozen(TimeRange(start: range.start - shift, end: range.end - shift))
    } else if window.isLive {
      say("the window already ends now")
    } else {
      let end = min(range.end + shift, now)
      window = .frozen(TimeRange(start: end - range.duration, end: end))
    }
  }

  mutating func changeService(_ command: Command, argument: String) {
    let names = directory.entries.map(\.name)
    switch command {
    case .allServices: chosenService = nil
    case .nextService, .previousService:
      guard !names.isEmpty else { return say("no service is known yet") }
      // "All" is a station of its own between the last and the first.
      let stations = [nil] + names.map(Optional.some)
      let index = stations.firstIndex(of: chosenService) ?? 0
      chosenService = stations[(index + (command == .nextService ? 1 : stations.count - 1)) % stations.count]
    case .service: chooseService(named: argument)
    default:
      guard let digit = command.rawValue.last?.wholeNumberValue else { return }
      guard digit <= names.count else { return say("there is no service \(digit)") }
      chosenService = names[digit - 1]
    }
  }

  /// By its shown name, or by the only one that begins with or contains what was typed.
  mutating func chooseService(named text: String) {
    let names = directory.entries.map(\.name)
    let wanted = configuration.naming.canonical(text)
    if text.isEmpty || text == "all" {
      chosenService = nil
    } else if let name = names.first(where: { $0 == wanted }) ?? ServicePicker.matches(text, in: names).first {
      chosenService = name
    } else if directory.entries.isEmpty {
      // Before any store has answered, as with --service: taken at its word.
      chosenService = wanted
    } else {
      say("no store knows a service \"\(text)\"", isError: true)
    }
  }
}
