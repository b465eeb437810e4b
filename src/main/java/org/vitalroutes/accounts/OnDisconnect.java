package org.vitalroutes.accounts;

import java.util.Locale;

/** What a disconnect does with the account's Observations on the FHIR server. */
public enum OnDisconnect {
  /** They stay as they are. */
  KEEP,
  /** They stay, with the status {@code entered-in-error}. */
  MARK,
  /** They are deleted. */
  DELETE;

  /** Its name in settings and tables: {@code keep}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its step in the receipt of a disconnect: {@code keep_data}. */
  public String step() {
    return code() + "_data";
  }

  /** The value of that name. */
  public static OnDisconnect of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
