import Testing

@testable import ObsData

@Test func `the module loads`() { #expect(Bool(true)) }
