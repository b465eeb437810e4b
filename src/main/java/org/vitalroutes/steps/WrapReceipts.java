package org.vitalroutes.steps;

import java.util.List;
import java.util.Map;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.DisconnectReceipt;

/** The answer to a disconnect: one receipt per account that was connected. */
@Component
final class WrapReceipts {

  @Handler
  Map<String, Object> wrap(List<DisconnectReceipt> receipts) {
    return Map.of("status", "disconnected", "accounts", receipts);
  }
}
