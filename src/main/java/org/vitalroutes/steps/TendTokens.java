package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.Reencryption;

/** Destroys refresh tokens that have ended and encrypts with the primary key what is not yet. */
@Component
final class TendTokens {

  private static final Logger log = LoggerFactory.getLogger(TendTokens.class);

  private final AccountTokens tokens;

  TendTokens(AccountTokens tokens) {
    this.tokens = tokens;
  }

  @Handler
  void tend() {
    tokens.destroyPreviousRefreshTokens();
    Reencryption done = tokens.reencrypt();
    if (done.renewed() > 0) {
      log.info("the tokens of {} accounts were encrypted with the primary key", done.renewed());
    }
    if (done.unreadable() > 0) {
      log.error(
          "the tokens of {} accounts cannot be decrypted; is their key in TOKEN_ENCRYPTION_KEYSET?",
          done.unreadable());
    }
  }
}
