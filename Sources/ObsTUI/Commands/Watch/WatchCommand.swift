import ArgumentParser
import Foundation
import ObsData

/// `obs-tui watch`: the watches of the settings, without the screen.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Run the watches of the settings without the screen, and tell who should know.",
    discussion: """
      Prints a line for every change (pending, firing, resolved, inactive) and sends the messages of the watches' channels, \
      until ctrl-C or SIGTERM. What fires is remembered: after a restart nobody is told twice. Exits 2 where the settings have \
      no watches; with --once 3 when a store or a channel failed.
      """)

  @Flag(help: "Look at every watch once, send what is due, and end: for cron. What is pending is remembered.")
  var once = false

  @Flag(
    help:
      "One JSON object a line: time, state, status, watch, context, severity, labels, annotations, value, condition, startsAt, endsAt, generatorURL, fingerprint."
  )
  var json = false

  @Option(help: ArgumentHelp("Send a test message through the channels of this watch, and end.", valueName: "watch"))
  var test: String?

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions

  func run() throws {
    let setup = try Setup(settings, stores: stores)
    guard let context = setup.settings.current else { throw UsageError("there is no context") }
    guard !context.watches.isEmpty else {
      let file = setup.settings.file.map { " of \($0)" } ?? ""
      throw UsageError("the context \(context.name) has no watches: name some under watches in the settings\(file)")
    }
    let clock = WallClock.now
    let post = WatchPost(setup.settings.channels, context: context.name)
    var board = WatchBoard(
      watches: context.watches, channels: setup.settings.channels.map(\.label),
      memory: test == nil ? WatchFile(context: context.name).read() : nil)
    if let test { board = try WatchCommand.tested(test, context, setup.settings.channels, now: clock()) }
    signal(SIGPIPE, SIG_IGN)
    let time = setup.settings.timeDisplay.value == .utc ? TimeDisplay.utc : LocalTime.display(at: clock())
    let session = WatchSession(
      board: board, printer: WatchPrinter(context: context.name, time: time, isJSON: json),
      triesAgain: !once && test == nil, now: clock())
    let runner = WatchRunner(
      session: session, clients: StoreClients(context: context, logger: setup.logger), post: post,
      channels: setup.settings.channels.map(\.label), environment: setup.environment, clock: clock)
    let mode: WatchRunner.Mode = test != nil ? .test : once ? .once : .forever
    let status = try Blocking.runUntilSignal { await runner.run(mode) }
    post.finish()
    if status != 0 { throw ExitCode(status) }
  }

  /// A board that holds nothing but a message for trial.
  private static func tested(
    _ name: String, _ context: ContextSettings, _ channels: [NotificationChannel], now: Timestamp
  ) throws(UsageError) -> WatchBoard {
    guard let watch = context.watches.first(where: { $0.name == name }) else {
      let names = context.watches.map(\.name)
      throw UsageError(
        "--test \(name): there is no such watch (\(names.joined(separator: ", ")))"
          + NearestName.suggestion(for: name, among: names))
    }
    guard !watch.channels.isEmpty else { throw UsageError("--test \(name): the watch names no channels") }
    var board = WatchBoard(watches: [watch], channels: channels.map(\.label))
    board.test(watch, at: now)
    return board
  }
}

/// Does what a session of watches asks for: looks, prints, sends, remembers.
struct WatchRunner: Sendable {
  /// How long it goes on.
  enum Mode: Sendable { case forever, once, test }

  let session: WatchSession
  let clients: StoreClients
  let post: WatchPost
  let channels: [ChannelLabel]
  let environment: [String: String]
  let clock: @Sendable () -> Timestamp

  /// Runs, and returns the exit status.
  func run(_ mode: Mode) async -> Int32 { mode == .forever ? await follow() : await pass(mode) }

  /// One look at each watch at once, then one try for each message.
  private func pass(_ mode: Mode) async -> Int32 {
    var session = session
    var due: [WatchDelivery] = []
    var updates: [Update] = []
    if mode == .once {
      updates = await withTaskGroup(of: Update.self) { group in
        for watch in session.board.watches { group.addTask { await clients.look(at: watch, now: clock()) } }
        var all: [Update] = []
        for await update in group { all.append(update) }
        return all
      }
    }
    let order = session.board.watches
    let events: [WatchSession.Event] =
      order.flatMap { watch in updates.filter { $0.subscription == .watch(watch) }.map(WatchSession.Event.looked) }
      + [.tick(clock())]
    for event in events {
      let outcome = session.fold(event)
      guard print(outcome) else { break }
      due += outcome.deliveries
    }
    // What is due only now, because the last message took its time, waits for the next run.
    for delivery in due {
      let result = await send(delivery)
      if mode == .test, result == .sent { complain("channel \(delivery.channel): sent") }
      _ = print(session.fold(.delivered(delivery, result)))
    }
    if mode == .once { post.note(session.board) }
    return session.hasTrouble ? 3 : 0
  }

  private func follow() async -> Int32 {
    var session = session
    let (events, inlet) = AsyncStream.makeStream(
      of: WatchSession.Event.self, bufferingPolicy: .bufferingNewest(10_000))
    let clients = clients
    let feed = DataFeed(
      seed: UInt64(bitPattern: clock().nanoseconds), clock: clock, makeJob: { clients.job(for: $0) },
      post: { inlet.yield(.looked($0)) })
    let ticker = Ticker(clock: clock) { inlet.yield(.tick($0)) }
    feed.want(session.board.subscriptions)
    ticker.start()
    for await event in events {
      let outcome = session.fold(event)
      post.note(session.board)
      guard print(outcome), !Task.isCancelled else { break }
      for delivery in outcome.deliveries {
        Task { inlet.yield(.delivered(delivery, await send(delivery))) }
      }
      if case .tick = event, LineOutput.isClosed(STDOUT_FILENO) { break }
    }
    feed.want([])
    post.note(session.board)
    return 0
  }

  /// The terminal does what it can itself, where there is one.
  private func send(_ delivery: WatchDelivery) async -> DeliveryOutcome {
    guard let label = channels.first(where: { $0.name == delivery.channel }), label.kind.isOfTerminal else {
      return await post.send(delivery)
    }
    if isatty(STDERR_FILENO) == 1 {
      let alarm = Alarm(delivery, on: label)
      let text = alarm.sequence(insideTmux: Clipboard.isInsideTmux(environment))
      try? LineOutput.write(Array(text.utf8), to: STDERR_FILENO)
    }
    return .sent
  }

  /// False where nobody reads any more.
  private func print(_ outcome: WatchSession.Outcome) -> Bool {
    outcome.complaints.forEach(complain)
    guard !outcome.lines.isEmpty else { return true }
    do throws(LineOutput.Failure) {
      try LineOutput.write(Array(outcome.lines.joined().utf8), to: STDOUT_FILENO)
      return true
    } catch {
      if case .failed(let reason) = error { complain("the output cannot be written: \(reason)") }
      return false
    }
  }

  private func complain(_ text: String) {
    try? LineOutput.write(Array("obs-tui: \(LogPrinter.visible(text))\n".utf8), to: STDERR_FILENO)
  }
}
