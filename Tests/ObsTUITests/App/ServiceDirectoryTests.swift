import ObsData
import Testing

@testable import ObsTUI

@Suite struct `Service directory` {
  @Test func `joins the names of the three stores`() {
    var directory = ServiceDirectory()
    directory.receive([ServiceFigures(name: "msg-server", errorLines: 3)], from: .elasticsearch)
    directory.receive([ServiceFigures(name: "rustim/msg-server")], from: .jaeger)
    directory.receive([ServiceFigures(name: "msg_server", requestRate: 12, errorRatio: 0.2)], from: .prometheus)
    #expect(directory.entries.map(\.name) == ["msg-server"])
    #expect(directory.entries.first?.requestRate == 12)
    #expect(directory.entries.first?.health == .error)
    #expect(directory.names(of: "msg-server")[.prometheus] == ["msg_server"])
  }

  @Test func `is ordered by name until every store has answered, then only grows at its end`() {
    var directory = ServiceDirectory()
    directory.receive([ServiceFigures(name: "user-server")], from: .jaeger)
    directory.receive([ServiceFigures(name: "api-gateway")], from: .elasticsearch)
    #expect(directory.entries.map(\.name) == ["api-gateway", "user-server"])
    directory.storeFailed(.prometheus)
    directory.receive([ServiceFigures(name: "user-server"), ServiceFigures(name: "aaa")], from: .jaeger)
    #expect(directory.entries.map(\.name) == ["api-gateway", "user-server", "aaa"])
  }

  @Test func `keeps a service that has fallen silent, without figures but with its names`() {
    var directory = ServiceDirectory()
    directory.receive([ServiceFigures(name: "push_server", requestRate: 1)], from: .prometheus)
    directory.receive([], from: .prometheus)
    #expect(directory.entries.map(\.name) == ["push-server"])
    #expect(directory.entries.first?.health == .unknown)
    #expect(directory.names(of: "push-server")[.prometheus] == ["push_server"])
    #expect(directory.known[.prometheus] == ["push_server"])
  }

  @Test(arguments: [
    (0.06, 0, ServiceDirectory.Health.error), (0.02, 0, .warning), (0.0, 4, .warning), (0.0, 0, .good),
  ])
  func `says how a service is`(ratio: Double, lines: Int, health: ServiceDirectory.Health) {
    var directory = ServiceDirectory()
    directory.receive([ServiceFigures(name: "a", requestRate: 5, errorRatio: ratio)], from: .prometheus)
    directory.receive([ServiceFigures(name: "a", errorLines: lines)], from: .elasticsearch)
    #expect(directory.entries.first?.health == health)
  }

  @Test func `a ratio that is no number says nothing`() {
    var directory = ServiceDirectory()
    directory.receive([ServiceFigures(name: "a", requestRate: .nan, errorRatio: .nan)], from: .prometheus)
    #expect(directory.entries.first?.health == .unknown)
  }
}
