package org.vitalroutes.simulator;

import java.util.Set;

/** Access check of every call with a bearer token. */
final class Access {
  private final Grants grants;
  private final Users users;

  Access(Grants grants, Users users) {
    this.grants = grants;
    this.users = users;
  }

  /** What the caller's token allows; any scope will do. */
  Grants.Permission permission(Call call) {
    return call.bearer().flatMap(grants::use).orElseThrow(RefusedException::invalidToken);
  }

  /** The user whose token it is, when one of these scopes was granted. */
  SimulatedUser user(Call call, String... oneOf) {
    Grants.Permission permission = permission(call);
    if (!permission.any(Set.of(oneOf))) {
      throw RefusedException.insufficientScope();
    }
    return users.find(permission.userid()).orElseThrow(RefusedException::invalidToken);
  }
}
