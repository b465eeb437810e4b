package org.vitalroutes.simulator;

import java.util.Set;

/** Checks the bearer token of a call. */
final class Access {
  private final Grants grants;
  private final Users users;

  Access(Grants grants, Users users) {
    this.grants = grants;
    this.users = users;
  }

  /** The access of the caller's token, with any scope. */
  Grants.Permission permission(Call call) {
    return call.bearer().flatMap(grants::use).orElseThrow(RefusedException::invalidToken);
  }

  /** The user of the token, which must have one of these scopes. */
  SimulatedUser user(Call call, String... oneOf) {
    Grants.Permission permission = permission(call);
    if (!permission.any(Set.of(oneOf))) {
      throw RefusedException.insufficientScope();
    }
    return users.find(permission.userid()).orElseThrow(RefusedException::invalidToken);
  }
}
