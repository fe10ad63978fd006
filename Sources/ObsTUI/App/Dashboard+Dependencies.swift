import ObsData

/// The service graph, and the way from a call in it to its traces.
extension Dashboard {
  /// Shows who calls whom; once more takes it off.
  mutating func openDependencies() {
    if case .dependencies? = pushed.last { return popView() }
    push(.dependencies(DependencyPane()))
  }

  /// The traces of the service that is called. Jaeger's search knows no callers: they are in those traces.
  mutating func showTraces(of service: String, caller: String) {
    pushed.removeAll()
    isMaximised = false
    chosenService = configuration.naming.canonical(service)
    traceFilter.service = nil
    focus = .traces
    keepFocusInView()
    say("traces of \(service), which \(caller) calls; & asks for more")
  }
}
