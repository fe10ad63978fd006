// swift-tools-version: 6.2
import PackageDescription

/// Our own targets are built in Swift 6 language mode with warnings as errors; the dependencies are not.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The files of themes/ that are compiled in.
let themes = ["default", "light", "high-contrast", "colour-blind", "nord", "gruvbox", "solarized", "mono"]

/// What a build says of itself. The Makefile sets these variables; a plain build knows neither.
let build = ["OBS_BUILD_COMMIT", "OBS_BUILD_DATE"].map { name in
  let text = (Context.environment[name] ?? "").filter { $0.isLetter || $0.isNumber || "-+.".contains($0) }
  return CSetting.define(name, to: "\"\(text.isEmpty ? "unknown" : text)\"")
}

let package = Package(
  name: "obs-tui",
  products: [
    .executable(name: "obs-tui", targets: ["ObsTUI"]),
    .library(name: "ObsData", targets: ["ObsData"]),
    .library(name: "CSimdjson", targets: ["CSimdjson"]),
  ],
  dependencies: [
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw")]),
    .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .target(name: "CMemory"),
    .target(name: "CRelease", cSettings: build),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(
      name: "ObsData",
      dependencies: [
        "CMemory", "CPCRE2", "CRelease", "CSimdjson", "CZlib",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Yams", package: "Yams"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "ObsDemo",
      dependencies: [
        "ObsData",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Yams", package: "Yams"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "ObsTUI",
      dependencies: [
        "CNcurses", "ObsData", "ObsDemo",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ],
      // Theme/files is a link to themes/: embedding takes files inside the target alone.
      exclude: ["Theme/files/README.md"],
      resources: themes.map { .embedInCode("Theme/files/\($0).yaml") },
      swiftSettings: strict
    ),
    .testTarget(name: "ObsDataTests", dependencies: ["CMemory", "ObsData"], swiftSettings: strict),
    .testTarget(name: "ObsDemoTests", dependencies: ["ObsDemo"], swiftSettings: strict),
    .testTarget(name: "ObsTUITests", dependencies: ["ObsTUI", "ObsData", "ObsDemo"], swiftSettings: strict),
    .testTarget(name: "EndToEndTests", dependencies: ["ObsTUI"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
