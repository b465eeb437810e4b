package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.Accounts;

/** Reads an account that a statement returned. */
@Component
final class ReadAccount {

  @Handler
  AccountRef read(Map<String, @Nullable Object> row) {
    return Accounts.of(row);
  }
}
