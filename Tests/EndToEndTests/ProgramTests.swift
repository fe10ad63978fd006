import Testing

@testable import ObsTUI
