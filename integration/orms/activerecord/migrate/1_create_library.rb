class CreateLibrary < ActiveRecord::Migration[6.1]
  def change
    create_table :authors do |t|
      t.string :name, limit: 60, null: false, index: true
      t.date :born
    end
    create_table :books do |t|
      t.references :author, null: false, foreign_key: {on_delete: :cascade}
      t.string :title, limit: 100, null: false
      t.decimal :price, precision: 8, scale: 2
      t.datetime :added
    end
  end
end
