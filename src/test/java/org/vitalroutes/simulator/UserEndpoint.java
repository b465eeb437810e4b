package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code /v2/user}: devices and goals. */
final class UserEndpoint implements Endpoint {
  private final Access access;

  UserEndpoint(Access access) {
    this.access = access;
  }

  @Override
  public ObjectNode answer(Call call) {
    ObjectNode body = Json.object();
    switch (call.action()) {
      case "getdevice" ->
          body.putArray("devices").addAll(access.user(call, Scopes.INFO).rows(DataKind.DEVICES));
      case "getgoals" -> body.set("goals", access.user(call, Scopes.INFO, Scopes.METRICS).goals());
      default -> throw RefusedException.wrongAction();
    }
    return body;
  }
}
