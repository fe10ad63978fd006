/// The operations that clients ask RustIM for, with what each sets off.
extension CallGraph {
  /// The services of RustIM, in the order in which a smaller world leaves them out, last first.
  static let serviceNames = [
    "api-gateway", "user-server", "msg-server", "msg-gateway", "group-server", "friend-server", "push-server",
  ]

  /// Services that a larger world adds, before it counts on with numbers.
  static let furtherNames = [
    "media-server", "search-server", "presence-server", "moment-server", "call-server", "admin-server",
    "translate-server", "sticker-server", "risk-server", "config-server", "audit-server", "report-server",
  ]

  /// Root operations with their share of the requests.
  static func operations(further: [String]) -> [(root: Call, share: Double)] {
    var operations: [(root: Call, share: Double)] = [
      (sendMessage, 0.30), (getUser, 0.15), (listMessages, 0.15), (login, 0.10), (groupMessage, 0.09), (friends, 0.08),
      (connect, 0.07), (befriend, 0.03), (createGroup, 0.02), (refreshTokens, 0.01),
    ]
    for name in further {
      let stem = name.hasSuffix("-server") ? String(name.dropLast(7)) : name
      let rpc = "\(stem).\(stem.prefix(1).uppercased() + stem.dropFirst())Service/Get"
      let table = stem.split(separator: "-").joined(separator: "_")
      let root = Call.http(
        "api-gateway", "GET", "/api/v1/\(stem)/{id}", 1.6,
        [
          authenticate,
          .rpc(
            "api-gateway", name, rpc, 2,
            [
              .redis(name, "GET \(stem):{id}"),
              .sql(name, "SELECT", table, "SELECT * FROM \(table) WHERE id = $1").sometimes(0.3),
            ]),
        ])
      operations.append((root, 0.05))
    }
    return operations
  }

  private static var authenticate: Call {
    .work("api-gateway", "authenticate", 0.5, [.redis("api-gateway", "GET session:{token}")])
  }

  private static func push(_ devices: ClosedRange<Int>) -> Call {
    .consume(
      "push-server", "rustim.messages", 2.5,
      [
        .redis("push-server", "HGETALL presence:{user_id}"),
        .rpc(
          "push-server", "msg-gateway", "gateway.Gateway/Deliver", 1.8,
          [.work("msg-gateway", "websocket push", 1.1).repeated(devices)]
        ).sometimes(0.8),
        .work("push-server", "apns send", 38).sometimes(0.3),
      ])
  }

  private static var sendMessage: Call {
    .http(
      "api-gateway", "POST", "/api/v1/messages", 2.2,
      [
        authenticate,
        .rpc(
          "api-gateway", "msg-server", "msg.MsgService/SendMessage", 3.5,
          [
            .rpc(
              "msg-server", "friend-server", "friend.FriendService/IsFriend", 1.2,
              [
                .redis("friend-server", "SISMEMBER friends:{user_id}"),
                .sql(
                  "friend-server", "SELECT", "friendships",
                  "SELECT 1 FROM friendships WHERE user_id = $1 AND friend_id = $2", 3
                ).sometimes(0.15),
              ]),
            .sql(
              "msg-server", "INSERT", "messages",
              "INSERT INTO messages (id, conversation_id, sender_id, body, seq) VALUES ($1, $2, $3, $4, $5)", 5),
            .redis("msg-server", "SET conversation:{id}:last"),
            .publish("msg-server", "rustim.messages", [push(1...3)]),
          ]),
      ])
  }

  private static var groupMessage: Call {
    .http(
      "api-gateway", "POST", "/api/v1/groups/{id}/messages", 2.4,
      [
        authenticate,
        .rpc(
          "api-gateway", "group-server", "group.GroupService/SendGroupMessage", 4,
          [
            .redis("group-server", "SMEMBERS group:{id}:members", 1.4),
            .rpc(
              "group-server", "msg-server", "msg.MsgService/SendMessage", 3.5,
              [
                .sql(
                  "msg-server", "INSERT", "messages",
                  "INSERT INTO messages (id, conversation_id, sender_id, body, seq) VALUES ($1, $2, $3, $4, $5)", 5),
                .redis("msg-server", "INCR conversation:{id}:seq"),
                .publish("msg-server", "rustim.messages", [push(4...14)]),
              ]),
          ]),
      ])
  }

  private static var login: Call {
    .http(
      "api-gateway", "POST", "/api/v1/login", 1.8,
      [
        .rpc(
          "api-gateway", "user-server", "user.UserService/Login", 2,
          [
            .sql(
              "user-server", "SELECT", "users", "SELECT id, password_hash, status FROM users WHERE phone = $1", 3.5),
            .work("user-server", "verify password", 62),
            .redis("user-server", "SET session:{token}"),
            .sql("user-server", "UPDATE", "users", "UPDATE users SET last_login = now() WHERE id = $1", 4)
              .sometimes(0.9),
          ])
      ])
  }

  private static var getUser: Call {
    .http(
      "api-gateway", "GET", "/api/v1/users/{id}", 1.4,
      [
        authenticate,
        .rpc(
          "api-gateway", "user-server", "user.UserService/GetUser", 1.5,
          [
            .redis("user-server", "GET user:{id}"),
            .sql("user-server", "SELECT", "users", "SELECT id, name, avatar, status FROM users WHERE id = $1", 3)
              .sometimes(0.2),
          ]),
      ])
  }

  private static var listMessages: Call {
    .http(
      "api-gateway", "GET", "/api/v1/conversations/{id}/messages", 2,
      [
        authenticate,
        .rpc(
          "api-gateway", "msg-server", "msg.MsgService/ListMessages", 3,
          [
            .redis("msg-server", "ZREVRANGE conversation:{id}:recent", 1.6),
            .sql(
              "msg-server", "SELECT", "messages",
              "SELECT id, sender_id, body, seq FROM messages WHERE conversation_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT 50",
              9
            ).sometimes(0.55),
            .rpc(
              "msg-server", "user-server", "user.UserService/GetUser", 1.5, [.redis("user-server", "MGET user:{id}")]
            ).repeated(1...3),
          ]),
      ])
  }

  private static var friends: Call {
    .http(
      "api-gateway", "GET", "/api/v1/friends", 1.6,
      [
        authenticate,
        .rpc(
          "api-gateway", "friend-server", "friend.FriendService/ListFriends", 2.2,
          [
            .sql(
              "friend-server", "SELECT", "friendships",
              "SELECT friend_id, remark, created_at FROM friendships WHERE user_id = $1", 5),
            .rpc(
              "friend-server", "user-server", "user.UserService/BatchGetUsers", 2,
              [.redis("user-server", "MGET user:{id}", 1.2)]),
          ]),
      ])
  }

  private static var befriend: Call {
    .http(
      "api-gateway", "POST", "/api/v1/friends/requests", 1.8,
      [
        authenticate,
        .rpc(
          "api-gateway", "friend-server", "friend.FriendService/RequestFriend", 2.5,
          [
            .sql(
              "friend-server", "INSERT", "friend_requests",
              "INSERT INTO friend_requests (from_id, to_id, message) VALUES ($1, $2, $3)", 5),
            .publish("friend-server", "rustim.notifications", [notify]),
          ]),
      ])
  }

  private static var notify: Call {
    .consume(
      "push-server", "rustim.notifications", 2,
      [
        .redis("push-server", "HGETALL presence:{user_id}"),
        .work("push-server", "apns send", 38).sometimes(0.5),
      ])
  }

  private static var createGroup: Call {
    .http(
      "api-gateway", "POST", "/api/v1/groups", 2,
      [
        authenticate,
        .rpc(
          "api-gateway", "group-server", "group.GroupService/CreateGroup", 4,
          [
            .rpc(
              "group-server", "user-server", "user.UserService/BatchGetUsers", 2,
              [.redis("user-server", "MGET user:{id}", 1.2)]),
            .sql(
              "group-server", "INSERT", "groups", "INSERT INTO groups (id, name, owner_id) VALUES ($1, $2, $3)", 4.5),
            .sql(
              "group-server", "INSERT", "group_members",
              "INSERT INTO group_members (group_id, user_id, role) VALUES ($1, $2, $3)", 4
            ).repeated(2...8),
            .redis("group-server", "SADD group:{id}:members"),
            .publish("group-server", "rustim.notifications", [notify]),
          ]),
      ])
  }

  private static var connect: Call {
    .http(
      "msg-gateway", "GET", "/ws", 1.5,
      [
        .rpc(
          "msg-gateway", "user-server", "user.UserService/ValidateToken", 1.2,
          [.redis("user-server", "GET session:{token}")]),
        .redis("msg-gateway", "HSET presence:{user_id}"),
        .rpc(
          "msg-gateway", "msg-server", "msg.MsgService/SyncOffline", 4,
          [
            .redis("msg-server", "ZREVRANGE conversation:{id}:recent", 1.6),
            .sql(
              "msg-server", "SELECT", "messages",
              "SELECT id, sender_id, body, seq FROM messages WHERE receiver_id = $1 AND seq > $2 LIMIT 200", 12
            ).sometimes(0.4),
          ]),
      ])
  }

  private static var refreshTokens: Call {
    .work(
      "push-server", "refresh device tokens", 6,
      [
        .sql(
          "push-server", "SELECT", "devices", "SELECT id, token FROM devices WHERE refreshed_at < $1 LIMIT 100", 7),
        .work("push-server", "apns feedback", 55),
        .sql("push-server", "UPDATE", "devices", "UPDATE devices SET token = $2 WHERE id = $1", 4).repeated(1...4),
      ])
  }
}
