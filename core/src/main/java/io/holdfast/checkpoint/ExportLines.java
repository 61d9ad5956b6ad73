package io.holdfast.checkpoint;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.WorkflowId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an exported history, from the first to the last. Each has the SHA-256 over the one
 * of the line before and its own content, so that none can be changed, missed out or moved.
 *
 * <pre>
 * {"sha256":"5a1f...","export":{"kind":"checkpoints","format":1,"workflow":"nightly-7"}}
 * {"sha256":"90c2...","checkpoint":{"workflow":"nightly-7","version":1,"createdAt":...}}
 * {"sha256":"77ab...","end":{"checkpoints":1}}
 * </pre>
 */
final class ExportLines {

  private static final String WHAT = "checkpoint export";
  private static final long FORMAT = 1;
  private static final String HEADER = "export";
  private static final String RECORD = "checkpoint";
  private static final String END = "end";

  private String chain = "";
  private long lines;
  private long checkpoints;
  private long lastVersion;
  private boolean ended;
  private @Nullable WorkflowId workflow;

  byte[] header(WorkflowId of) {
    return line(
        HEADER,
        new JsonWriter()
            .text("kind", Checkpoint.KIND.name())
            .number("format", FORMAT)
            .text("workflow", of.value())
            .end());
  }

  byte[] record(Checkpoint checkpoint) {
    checkpoints++;
    return line(RECORD, Checkpoint.KIND.encode(checkpoint));
  }

  byte[] end() {
    return line(END, new JsonWriter().number("checkpoints", checkpoints).end());
  }

  private byte[] line(String tag, Json content) {
    chain = next(content);
    byte[] line = new JsonWriter().text("sha256", chain).json(tag, content).end().utf8();
    byte[] terminated = new byte[line.length + 1];
    System.arraycopy(line, 0, terminated, 0, line.length);
    terminated[line.length] = '\n';
    return terminated;
  }

  private String next(Json content) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(chain.getBytes(StandardCharsets.US_ASCII));
      sha256.update(content.utf8());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The checkpoint in the next line; {@code null} if it is another line. */
  @Nullable Checkpoint read(byte[] line) {
    lines++;
    JsonFields fields = fields(line);
    if (lines == 1) {
      readHeader(fields);
      return null;
    }
    if (ended) {
      throw new CorruptDataException(where(), "there is nothing behind the end");
    }
    if (fields.has(RECORD)) {
      return readRecord(checked(fields, RECORD));
    }
    long announced = JsonFields.of(checked(fields, END)).number("checkpoints");
    if (announced != checkpoints) {
      throw new CorruptDataException(where(), "it announces " + announced + " checkpoints");
    }
    ended = true;
    return null;
  }

  private JsonFields fields(byte[] line) {
    try {
      return JsonFields.of(Json.ofStored(line));
    } catch (CorruptDataException e) {
      if (lines == 1) {
        throw new InvalidInputException(WHAT, "it does not begin like one", "line 1");
      }
      throw new CorruptDataException(where(), "not JSON", e);
    }
  }

  private void readHeader(JsonFields fields) {
    if (!fields.has(HEADER)) {
      throw new InvalidInputException(WHAT, "it does not begin like one", "line 1");
    }
    JsonFields header = JsonFields.of(checked(fields, HEADER));
    if (!header.text("kind").equals(Checkpoint.KIND.name()) || header.number("format") != FORMAT) {
      throw new InvalidInputException(
          WHAT, "format " + header.json("format") + " of " + header.json("kind"), "line 1");
    }
    workflow = new WorkflowId(header.text("workflow"));
  }

  private Json checked(JsonFields fields, String tag) {
    Json content = fields.json(tag);
    chain = next(content);
    if (!chain.equals(fields.text("sha256"))) {
      throw new CorruptDataException(where(), "its SHA-256 does not match");
    }
    return content;
  }

  /** What it says is right is still looked at as if a user had handed it in. */
  private Checkpoint readRecord(Json content) {
    Checkpoint read = Checkpoint.KIND.decode(content);
    if (!read.workflow().equals(workflow) || read.version() <= lastVersion) {
      throw new InvalidInputException(
          WHAT, Checkpoint.KIND.key(read) + " does not belong there", where());
    }
    lastVersion = read.version();
    checkpoints++;
    return new Checkpoint(
        read.workflow(),
        read.version(),
        read.createdAt(),
        new CheckpointContent(
            Json.ofUtf8(read.content().state().utf8()),
            Json.ofUtf8(read.content().metadata().utf8())));
  }

  private String where() {
    return "line " + lines;
  }

  /** Fails unless the last line has been read. */
  void requireEnd() {
    if (!ended) {
      throw new CorruptDataException("Checkpoint export", "it ends after line " + lines);
    }
  }
}
