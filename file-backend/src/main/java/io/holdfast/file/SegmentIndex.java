package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;

/** A segment's blocks as one line of the index: {@code offset:position:lines offset:…}. */
final class SegmentIndex {

  private SegmentIndex() {}

  static Json encode(Segment segment) {
    synchronized (segment) {
      StringBuilder blocks = new StringBuilder();
      for (int i = 0; i < segment.blocks(); i++) {
        Segment.Block block = segment.block(i);
        blocks
            .append(i == 0 ? "" : " ")
            .append(block.offset())
            .append(':')
            .append(segment.blockPosition(i))
            .append(':')
            .append(block.linesBefore());
      }
      return new JsonWriter()
          .text("name", segment.name())
          .number("length", segment.length())
          .number("events", segment.events())
          .number("lastPosition", segment.lastPosition())
          .text("blocks", blocks.toString())
          .end();
    }
  }

  static void restore(EventSegments segments, JsonFields fields) {
    Segment segment = segments.segment(fields.text("name"));
    String blocks = fields.text("blocks");
    if (!blocks.isEmpty()) {
      for (String block : blocks.split(" ", -1)) {
        String[] parts = block.split(":", -1);
        segment.addBlock(
            Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
      }
    }
    segment.restore(
        fields.number("length"), fields.number("events"), fields.number("lastPosition"));
  }
}
