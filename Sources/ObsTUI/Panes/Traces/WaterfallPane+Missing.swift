import ObsData

extension WaterfallPane {
  /// What is shown while there is no trace: what is being done about it, then the line that the trace was opened from.
  func viewWithoutTrace(_ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    var y = 0
    for (index, sentence) in explanation(in: context, isShort: size.height < 16).enumerated() {
      let role: Role = index > 0 ? .textMuted : failure == nil ? .text : .statusError
      for line in TextWrap.lines(sentence, width: size.width) {
        canvas.write(line, x: 0, y: y, style: Style(role))
        y += 1
      }
    }
    guard let origin, y + 2 < size.height else { return canvas }
    y += 1
    drawOrigin(origin, y: y, in: context, on: &canvas)
    let widest = originFields.lazy.prefix(1_000).map { CharacterWidth.cells(in: $0.name) }.max() ?? 0
    let column = min(widest, max(8, size.width * 2 / 5))
    y += 1
    for field in originFields[min(originTop, originFields.count)...] where y < size.height {
      canvas.write(CharacterWidth.clipped(field.name, to: column), x: 0, y: y, style: Style(.logField))
      let value = CharacterWidth.clipped(field.value, to: max(0, size.width - column - 1))
      SearchedText.write(value, x: column + 1, y: y, style: .plain, on: &canvas, search: context.search)
      y += 1
    }
    return canvas
  }

  private func drawOrigin(_ origin: LogEntry, y: Int, in context: ViewContext, on canvas: inout Canvas) {
    let time = Formatting.time(origin.timestamp, as: context.time, now: context.now)
    let isError = origin.level >= .error
    var x = canvas.write(time + " ", x: 0, y: y, style: Style(.logTime))
    x += canvas.write(origin.level.letter + " ", x: x, y: y, style: Style(isError ? .logError : .logInfo))
    if let service = origin.service { x += canvas.write(service + " ", x: x, y: y, style: Style(.logService)) }
    let front = SearchedText.visible(origin.message, from: 0, width: canvas.size.width)
    let message = front.split(maxSplits: 1, whereSeparator: \.isNewline).first.map(String.init) ?? ""
    canvas.write(
      CharacterWidth.clipped(message, to: max(0, canvas.size.width - x)), x: x, y: y, style: Style(.logMessage))
  }

  /// What is being done about the missing trace, or why it may never come.
  func explanation(in context: ViewContext, isShort: Bool = false) -> [String] {
    if let words = context.absent.explanation(of: .jaeger, without: "trace \(request.id.short)") { return words }
    if let failure { return FailureText.paragraph(failure, of: .jaeger, now: context.now) }
    guard case .missing(let since, let attempts, let retryAt) = content else {
      return ["Asking Jaeger for trace \(request.id.short) …"]
    }
    let times = attempts == 1 ? "once" : "\(Formatting.count(attempts, style: .exact)) times"
    if let retryAt {
      let wait = retryAt - context.now
      let again = wait >= .seconds(1) ? "in \(Formatting.age(wait))" : "now"
      let waited = Formatting.age(max(context.now - since, .zero))
      return [
        "Jaeger does not have trace \(request.id.short) yet: asked \(times) in \(waited), again \(again).",
        "Spans arrive some seconds after their log lines.",
      ]
    }
    let given = "Jaeger does not have trace \(request.id.short): asked \(times), not asked again (ctrl-r asks now)."
    let reasons = reasons(in: context)
    guard isShort else { return [given] + reasons }
    return [given, "Perhaps: " + reasons.map { $0.prefix { $0 != "?" }.lowercased() }.joined(separator: ", ") + "?"]
  }

  /// What may be the reason, the likeliest first.
  private func reasons(in context: ViewContext) -> [String] {
    let notSampled =
      "Not sampled? Most traces are not kept where only a share is sampled; the log line has its id all the same."
    let notExported =
      "Not exported? The service may not send spans to this Jaeger, or its exporter or collector is failing."
    guard let time = origin?.timestamp ?? request.around else {
      return [notSampled, "Too old? Stores keep traces for some days only.", notExported]
    }
    let age = context.now - time
    let old =
      "Too old? It happened \(Formatting.age(max(age, .zero))) ago; stores often keep traces for two or three days only."
    if age >= .seconds(86_400) { return [old, notSampled, notExported] }
    if age < .seconds(300) { return [notSampled, notExported] }
    return [notSampled, notExported, old]
  }
}
