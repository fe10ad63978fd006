// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product's build does not pay for it.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "obs-tui", path: "..")],
  targets: [
    .executableTarget(
      name: "Benchmarks",
      dependencies: [.product(name: "ObsData", package: "obs-tui"), .product(name: "CSimdjson", package: "obs-tui")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ],
  swiftLanguageModes: [.v6]
)
