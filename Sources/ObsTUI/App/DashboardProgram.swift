import ObsData

/// The dashboard as the event loop runs it: with a theme, and with a session that fetches what it wants.
struct DashboardProgram: Program {
  private(set) var dashboard: Dashboard
  private(set) var theme: Theme
  private let session: Session

  init(dashboard: Dashboard, theme: Theme, session: Session) {
    self.dashboard = dashboard
    self.theme = theme
    self.session = session
  }

  mutating func update(_ event: Event) -> [Effect] {
    var rest: [Effect] = []
    for effect in dashboard.update(event) {
      switch effect {
      case .refresh: session.refresh()
      case .renew(let subscriptions): session.renew(subscriptions)
      case .perform(let deed): session.perform(deed)
      case .switchContext(let name):
        guard let configuration = session.configuration(of: name) else { continue }
        dashboard.enter(configuration)
        session.enter(name)
      case .switchTheme(let name):
        do throws(ThemeError) {
          theme = try session.themes.theme(named: name)
        } catch {
          dashboard.say(error.messages.first ?? "the theme \(name) cannot be read", isError: true)
        }
      default: rest.append(effect)
      }
    }
    session.want(dashboard.subscriptions)
    return rest
  }

  func frame() -> Frame {
    let (canvas, cursor) = dashboard.view()
    return Frame(canvas: canvas, theme: theme, cursor: cursor)
  }
}
